import { ZodError } from "zod";
import type { Problem } from "@/lib/contracts/common";
import { log } from "@/lib/log";
import { ServiceError } from "@/lib/services/errors";

const titleOf = (code: string) => `${code[0]?.toUpperCase()}${code.slice(1).replaceAll("_", " ")}`;

/** A stable name for a kind of problem; nothing needs to be found there. */
export const problemType = (code: string): string => `urn:spoke:problem:${code}`;

function answer(document: Problem & Record<string, unknown>, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify(document);
  return new Response(body, {
    status: document.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}

function problemOfInput(error: ZodError): Response {
  const errors = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const [first] = errors;
  const detail = first ? `${first.path ? `${first.path}: ` : ""}${first.message}` : "The input can't be read.";
  return answer({ type: problemType("invalid"), title: "Invalid", status: 422, code: "invalid", detail, errors });
}

/** Prisma's code for a transaction that lost against another one of the same moment. */
const LOST_RACE = "P2034";

const lostRace = new ServiceError(
  "conflict",
  "Somebody changed the same thing at this moment. Look at it and try again.",
);

function problemOfService({ code, status, message, extra }: ServiceError): Response {
  const seconds = extra.retryAfterSeconds;
  const document = { ...extra, type: problemType(code), title: titleOf(code), status, code, detail: message };
  return answer(document, typeof seconds === "number" ? { "retry-after": String(seconds) } : {});
}

/** The RFC 9457 document for anything that was thrown. What nobody expected is logged whole and shown as one sentence. */
export function toProblem(error: unknown, request: Request): Response {
  if (error instanceof ZodError) return problemOfInput(error);
  if (error instanceof ServiceError) return problemOfService(error);
  if ((error as { code?: unknown } | null)?.code === LOST_RACE) return problemOfService(lostRace);
  log.error({ err: error, method: request.method, path: new URL(request.url).pathname }, "request failed");
  const detail = "Something in Spoke failed. Try again; if it stays, the server's log says why.";
  return answer({ type: problemType("failed"), title: "Failed", status: 500, code: "failed", detail });
}
