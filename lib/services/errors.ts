export type ServiceErrorCode =
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "invalid"
  | "conflict"
  | "draft_changed"
  | "cycle_incomplete"
  | "too_many_attempts"
  | "account_needed";

const STATUS: Record<ServiceErrorCode, number> = {
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  invalid: 422,
  conflict: 409,
  draft_changed: 409,
  cycle_incomplete: 422,
  too_many_attempts: 429,
  account_needed: 400,
};

/** A request that could not be served. `message` is for the user and says what to do; `extra` joins the problem document. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  readonly extra: Record<string, unknown>;

  constructor(code: ServiceErrorCode, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = "ServiceError";
    this.code = code;
    this.extra = extra;
  }

  /** The HTTP status of the problem document. */
  get status(): number {
    return STATUS[this.code];
  }
}
