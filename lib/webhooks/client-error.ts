import { isIdentifier } from "./identifier";
import type { RequestFailure } from "./request";

/** What Node says of a connection whose request it could not read. */
export type ClientError = Error & { code?: string; rawPacket?: Buffer };

export const NOT_HTTP: RequestFailure = { kind: "malformed", reason: "it is not valid HTTP" };
const BAD_LENGTH: RequestFailure = { kind: "malformed", reason: "where its body ends is not clear" };
const BAD_METHOD: RequestFailure = { kind: "malformed", reason: "its method is not known" };

/** Node's codes, as far as its versions agree on them. */
const FAILURES: ReadonlyMap<string, RequestFailure> = new Map<string, RequestFailure>([
  ["ERR_HTTP_REQUEST_TIMEOUT", { kind: "slow" }],
  ["HPE_HEADER_OVERFLOW", { kind: "headers-too-large" }],
  ["HPE_INVALID_EOF_STATE", { kind: "ended" }],
  ["HPE_INVALID_METHOD", BAD_METHOD],
  ["HPE_INVALID_CONTENT_LENGTH", BAD_LENGTH],
  ["HPE_UNEXPECTED_CONTENT_LENGTH", BAD_LENGTH],
  ["HPE_INVALID_TRANSFER_ENCODING", BAD_LENGTH],
]);

/** Why the headers of a request could not be read; undefined when the connection itself is gone. */
export function failureOfHead({ code = "" }: ClientError): RequestFailure | undefined {
  return FAILURES.get(code) ?? (code.startsWith("HPE_") ? NOT_HTTP : undefined);
}

/** Why the body of a request could not be read; undefined when the connection itself is gone. */
export function failureOfBody(error: ClientError): RequestFailure | undefined {
  const failure = failureOfHead(error);
  return failure?.kind === "malformed" ? { kind: "malformed", reason: "its chunks are not valid" } : failure;
}

export type RequestLine = { method: string; identifier: string; query: string };

const LONGEST_LINE = 1_000;
const REQUEST_LINE =
  /^([!#-'*+.^-z|~-]{1,20}) (?:https?:\/\/[^/ ?]*)?\/api\/webhook\/([0-9A-Za-z]+)(?:\?([!-~\x80-\xff]*))?(?:[ \r\n]|$)/i;

/** The webhook that a request is for which could not be read, as far as what came begins with its request line. */
export function readRequestLine(packet: Buffer | undefined): RequestLine | undefined {
  const line = packet?.toString("latin1", 0, LONGEST_LINE);
  const [, method = "", identifier = "", query = ""] = (line && REQUEST_LINE.exec(line)) || [];
  return isIdentifier(identifier) ? { method, identifier, query } : undefined;
}
