const END = "requests with this value are kept already.";

/** Why an early request was not kept: as many as may be are kept for its value. It is the reason of the receipt. */
export const tooManyKept = (most: number): string =>
  `No transaction carries its value yet, and ${most.toLocaleString("en-US")} ${END}`;

/** Whether a receipt's reason is `tooManyKept`: other reasons of the same outcome are limits of the webhook or its account. */
export const isTooManyKept = (reason: string | null): boolean => reason?.endsWith(END) ?? false;
