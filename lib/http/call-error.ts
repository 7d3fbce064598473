import { StepError } from "@/lib/core/errors";
import { EgressRefused } from "./egress";

const UNREACHABLE = new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EHOSTDOWN", "ENETDOWN"]);

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? "");

/** Every error that stands behind an error: its causes, and the parts of one that was tried several ways. */
function* chain(error: unknown): Generator<unknown> {
  if (typeof error !== "object" || error === null) return;
  yield error;
  if (error instanceof AggregateError) for (const part of error.errors) yield* chain(part);
  yield* chain((error as { cause?: unknown }).cause);
}

/** Turns what went wrong on the way to `url` into an error that a user understands. Errors that are no fault of the way stay what they are. */
export function callError(error: unknown, url: URL): StepError {
  if (error instanceof StepError) return error;
  const errors = [...chain(error)];
  const refused = errors.find((known) => known instanceof EgressRefused);
  if (refused) return notAllowed(url, refused);
  const known = errors.map((cause) => sentenceFor(codeOf(cause), url)).find((found) => found !== undefined);
  const detail = error instanceof Error ? `${codeOf(error)} ${error.message}`.trim() : String(error);
  if (known) return new StepError(known.code ?? "request_failed", known.message, { ...known, detail, cause: error });
  return new StepError("request_failed", `The call to ${url.host} failed.`, { detail, cause: error });
}

function notAllowed(url: URL, { address }: EgressRefused): StepError {
  return new StepError(
    "not_allowed",
    `${url.hostname} can't be called: its address ${address} is not on the internet. Whoever runs Spoke can allow it with EGRESS_ALLOW.`,
  );
}

type Known = { message: string; code?: "timed_out"; retryable?: boolean };

function sentenceFor(code: string, url: URL): Known | undefined {
  if (code === "ENOTFOUND") return { message: `No server is called ${url.hostname}. Check the URL.` };
  if (code === "EAI_AGAIN") return { message: `The name ${url.hostname} could not be looked up.` };
  if (code === "ECONNREFUSED") return { message: `${url.host} refuses connections.` };
  if (UNREACHABLE.has(code)) return { message: `${url.host} can't be reached.` };
  if (code === "ETIMEDOUT" || code === "UND_ERR_CONNECT_TIMEOUT")
    return { message: `${url.host} does not answer.`, code: "timed_out" };
  if (code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET")
    return { message: `${url.host} closed the connection before it had answered.` };
  if (code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW")
    return { message: `${url.host} did not answer in HTTP.`, retryable: false };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return { message: `The certificate of ${url.host} is for another name.`, retryable: false };
  if (code.startsWith("CERT_") || code.includes("_CERT") || code.startsWith("UNABLE_TO_"))
    return { message: `The certificate of ${url.host} can't be trusted (${code}).`, retryable: false };
  if (code.startsWith("ERR_SSL_") || code === "EPROTO")
    return { message: `No encrypted connection to ${url.host} could be made.`, retryable: false };
  return undefined;
}
