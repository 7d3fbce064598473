export type ServiceErrorCode =
  | "malformed"
  | "account_needed"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "draft_changed"
  | "too_large"
  | "invalid"
  | "cycle_incomplete"
  | "too_many_attempts"
  | "unavailable";

const STATUS: Record<ServiceErrorCode, number> = {
  malformed: 400,
  account_needed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  draft_changed: 409,
  too_large: 413,
  invalid: 422,
  cycle_incomplete: 422,
  too_many_attempts: 429,
  unavailable: 503,
};

export const serviceErrorCodes = Object.keys(STATUS) as ServiceErrorCode[];

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

/** The error for a thing that doesn't exist in the account, or that whoever asks must not know of. */
export const notFound = (thing: string) => new ServiceError("not_found", `There is no such ${thing}.`);
