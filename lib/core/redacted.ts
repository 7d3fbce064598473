/** Stands for a secret wherever a request is shown, whatever the secret's length. */
export const REDACTED = "••••";

/** Whether a text is what is shown in place of a secret, with or without a scheme. */
export const isRedacted = (text: string): boolean => text === REDACTED || text.endsWith(` ${REDACTED}`);
