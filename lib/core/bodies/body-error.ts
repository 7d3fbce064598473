/** A request body that cannot become data. `reason` completes `Webhook body could not be read: <reason>` and is shown to the caller. */
export class BodyError extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = "BodyError";
    this.reason = reason;
  }
}

/** A body that has more bytes than `limitBytes`, before or after decompression. */
export class BodyTooLarge extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`The body is larger than ${limitBytes} bytes`);
    this.name = "BodyTooLarge";
    this.limitBytes = limitBytes;
  }
}
