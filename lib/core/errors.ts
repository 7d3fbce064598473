export type StepErrorCode =
  | "auth_failed"
  | "rate_limited"
  | "request_failed"
  | "bad_response"
  | "bad_settings"
  | "not_allowed"
  | "timed_out"
  | "stopped"
  /** A script threw an error, or can't be read. */
  | "script_failed"
  /** A script took more time or memory than it may. */
  | "script_limit"
  /** A script was not run: too many were waiting. */
  | "script_busy";

export type StepErrorOptions = {
  detail?: string;
  retryable?: boolean;
  retryAfterMs?: number;
  cause?: unknown;
};

const RETRYABLE: ReadonlySet<StepErrorCode> = new Set(["rate_limited", "request_failed", "timed_out"]);

/**
 * A Step that could not do its work. `message` is shown to the Account's users: no secret, no stack.
 * `detail` is what the application answered, redacted, for the Transaction's log.
 */
export class StepError extends Error {
  readonly code: StepErrorCode;
  readonly detail?: string;
  /** `false` stops the retries at once; trying again cannot help. */
  readonly retryable: boolean;
  /** What the application asked for in `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(code: StepErrorCode, message: string, options: StepErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "StepError";
    this.code = code;
    this.detail = options.detail;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.retryAfterMs = options.retryAfterMs;
  }
}
