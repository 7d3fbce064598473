import { STATUS_CODES } from "node:http";
import { StepError, type StepErrorCode } from "@/lib/core/errors";
import { jsonToText } from "@/lib/core/json";
import type { OutsideResponse } from "../types";

/** Characters of an answer that are kept with the error. */
const DETAIL_LENGTH = 2_000;

/** The error for an answer outside 200-299: what can pass by itself is tried again, what the caller must change is not. */
export function answerError({ status, body, retryAfterMs }: OutsideResponse): StepError {
  const { code, retryable } = kindOf(status);
  const text = jsonToText(isText(body) ? body.text : body);
  return new StepError(
    code,
    `The call was answered ${status}${STATUS_CODES[status] ? ` ${STATUS_CODES[status]}` : ""}.`,
    {
      detail: text === "" ? undefined : text.slice(0, DETAIL_LENGTH),
      retryable,
      retryAfterMs: status === 429 || status === 503 ? retryAfterMs : undefined,
    },
  );
}

function kindOf(status: number): { code: StepErrorCode; retryable: boolean } {
  if (status === 401 || status === 403 || status === 407) return { code: "auth_failed", retryable: false };
  if (status === 429) return { code: "rate_limited", retryable: true };
  if (status === 408 || status === 425 || status >= 500) return { code: "request_failed", retryable: true };
  return { code: "bad_response", retryable: false };
}

const isText = (body: unknown): body is { text: string } =>
  typeof body === "object" &&
  body !== null &&
  Object.keys(body).length === 1 &&
  "text" in body &&
  typeof body.text === "string";
