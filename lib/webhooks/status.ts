import { timingSafeEqual } from "node:crypto";
import type { StatusView } from "@/lib/contracts/transactions";
import type { readStatus, TransactionStateValue } from "@/lib/queue/replies";
import { jsonAnswer, textAnswer, type WebhookAnswer } from "./answers";
import { transactionOfToken } from "./status-token";

export type StatusRequest = {
  /** What follows `/api/status/`, as sent. */
  token: string;
  method: string;
};

type StatusRow = Awaited<ReturnType<typeof readStatus>>;

const NO_STORE: [string, string][] = [["Cache-Control", "no-store"]];

/** Says how a synchronous transaction stands, to whoever has its status URL. Rejects when `read` does. */
export async function answerStatus(
  { token, method }: StatusRequest,
  read: (transactionId: string) => Promise<StatusRow>,
): Promise<WebhookAnswer> {
  if (method !== "GET" && method !== "HEAD") {
    return textAnswer(405, "Method not allowed. Send a GET request.", [["Allow", "GET, HEAD"]]);
  }
  const transactionId = transactionOfToken(token);
  const row = transactionId === undefined ? undefined : await read(transactionId);
  if (!row || !isSame(row.token, token)) return textAnswer(404, "Status not found.", NO_STORE);
  const view: StatusView = {
    transactionId: row.transactionId,
    status: row.state.toLowerCase() as Lowercase<TransactionStateValue>,
    response: row.response,
  };
  return jsonAnswer(200, view, NO_STORE);
}

function isSame(known: string, sent: string): boolean {
  const [knownBytes, sentBytes] = [Buffer.from(known), Buffer.from(sent)];
  return knownBytes.length === sentBytes.length && timingSafeEqual(knownBytes, sentBytes);
}
