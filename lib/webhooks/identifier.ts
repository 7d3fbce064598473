const FORM = /^[0-9A-Za-z]{22}$/;

/** Whether a text could be a webhook's identifier. */
export const isIdentifier = (text: string): boolean => FORM.test(text);
