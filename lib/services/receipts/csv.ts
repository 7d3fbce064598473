import type { ReceiptPage, ReceiptQuery, ReceiptSummary } from "@/lib/contracts/webhooks";
import { allPages } from "../pages";

const PAGE = 200;

/** The columns of a list of Receipts as a file. */
export const receiptCsvHeader = [
  "received",
  "request_id",
  "identifier",
  "method",
  "client_ip",
  "content_type",
  "size_bytes",
  "outcome",
  "status",
  "reason",
  "duration_ms",
  "transaction_id",
  "duplicate_of",
];

const toRow = (receipt: ReceiptSummary): (string | number | null)[] => [
  receipt.receivedAt,
  receipt.id,
  receipt.identifier,
  receipt.method,
  receipt.clientIp,
  receipt.contentType,
  receipt.sizeBytes,
  receipt.outcome,
  receipt.status,
  receipt.reason,
  receipt.durationMs,
  receipt.transactionId,
  receipt.duplicateOf,
];

type ListReceipts = (query: ReceiptQuery) => Promise<ReceiptPage>;

/** A list of Receipts, page by page, as rows of a file. The first row is looked for at once, so that it throws as the list does. */
export async function receiptCsvRows(
  query: ReceiptQuery,
  list: ListReceipts,
): Promise<AsyncGenerator<(string | number | null)[][]>> {
  await list({ ...query, limit: 1 });
  return rows(query, list);
}

async function* rows(query: ReceiptQuery, list: ListReceipts) {
  for await (const page of allPages((cursor) => list({ ...query, cursor, limit: PAGE }))) yield page.map(toRow);
}
