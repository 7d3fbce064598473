import type { ReceiptOutcome } from "@/lib/queue/receipt-rows";
import { answers, type WebhookAnswer } from "./answers";
import type { ReadBody, RequestFailure } from "./request";

export type Refusal = {
  outcome: Extract<ReceiptOutcome, "INCOMPLETE" | "MALFORMED">;
  /** Null when there is nobody to answer. */
  status: number | null;
  reason: string;
};

const progress = ({ sizeBytes }: Pick<ReadBody, "sizeBytes">, announcedBytes: number | undefined) =>
  announcedBytes === undefined ? `${sizeBytes} bytes` : `${sizeBytes} of ${announcedBytes} bytes`;

/** What is noted of a request that broke off; `read` is what had come of its body. */
export function refusalOf(failure: RequestFailure, read = { sizeBytes: 0 }, announcedBytes?: number): Refusal {
  switch (failure.kind) {
    case "gone":
      return {
        outcome: "INCOMPLETE",
        status: null,
        reason: `the caller closed the connection after ${progress(read, announcedBytes)} of the body`,
      };
    case "ended":
      return {
        outcome: "INCOMPLETE",
        status: 400,
        reason: `the body ends after ${progress(read, announcedBytes)}`,
      };
    case "slow":
      return {
        outcome: "INCOMPLETE",
        status: 408,
        reason: `only ${progress(read, announcedBytes)} of the body came in time`,
      };
    case "headers-too-large":
      return { outcome: "MALFORMED", status: 431, reason: "its headers are too large" };
    case "malformed":
      return { outcome: "MALFORMED", status: 400, reason: failure.reason };
    default:
      return failure satisfies never;
  }
}

/** What is noted of a request whose headers could not be read. */
export function refusalOfHead(failure: RequestFailure): Refusal {
  const refusal = refusalOf(failure);
  if (failure.kind === "ended") return { ...refusal, reason: "it ends within its headers" };
  if (failure.kind === "slow") return { ...refusal, reason: "its headers did not come in time" };
  return refusal;
}

/** The answer to a request that did not come whole or is not valid HTTP. */
export function brokenAnswer(status: number | null, reason: string): WebhookAnswer {
  if (status === 408) return answers.tooSlow();
  if (status === 431) return answers.headersTooLarge();
  return answers.malformed(reason);
}
