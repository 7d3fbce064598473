import { afterEach, expect, test } from "vitest";
import type { ReceiptRow } from "@/lib/queue/receipt-rows";
import { LARGE_ANSWERS_PER_HOUR, Recorder } from "./recorder";

let recorder: Recorder;
let written: ReceiptRow[] = [];

function begin(): void {
  written = [];
  recorder = new Recorder({
    writeReceipts: async (rows) => void written.push(...rows),
    answerReceipts: async () => {},
    addReceiptCounts: async (added) => [...added],
    touchWebhooks: async () => {},
    onError: (error) => {
      throw error;
    },
  });
}
afterEach(() => recorder.close());

const HOUR_MS = 3_600_000;
const NOW = 500_000 * HOUR_MS;

/** A request that a script answered. */
const answered = (body: string): ReceiptRow => ({
  id: "00000000-0000-7000-8000-000000000001",
  webhookId: "00000000-0000-7000-8000-00000000000a",
  identifier: "abc",
  accountId: null,
  cycleId: null,
  receivedAt: NOW,
  method: "POST",
  query: "",
  headers: "[]",
  clientIp: "192.0.2.1",
  contentType: null,
  sizeBytes: 0,
  body: null,
  bodyCut: false,
  outcome: "ANSWERED",
  reason: null,
  status: 200,
  durationMs: 1,
  transactionId: null,
  answer: JSON.stringify({ headers: [], body }),
  duplicateOf: null,
});

test("keeps a few large answers of scripts an hour whole, and all small ones", async () => {
  begin();
  const [small, large] = ["a".repeat(1_000), "b".repeat(50_000)];
  for (let count = 0; count < 2 * LARGE_ANSWERS_PER_HOUR; count++) {
    recorder.refused(answered(small));
    recorder.refused(answered(large));
  }
  await recorder.close();
  const answers = written.map(({ answer }) => answer);
  expect(answers).toHaveLength(4 * LARGE_ANSWERS_PER_HOUR);
  const kept = (body: string) => answers.filter((answer) => answer?.includes(body)).length;
  expect([kept(small), kept(large)]).toEqual([2 * LARGE_ANSWERS_PER_HOUR, LARGE_ANSWERS_PER_HOUR]);
});

test("keeps the beginning of an answer of a megabyte", async () => {
  begin();
  recorder.refused(answered(`${"a".repeat(4_095)}😀${"b".repeat(1_000_000)}`));
  await recorder.close();
  const { headers, body } = JSON.parse(written[0]!.answer!);
  expect(headers).toEqual([]);
  expect(body).toBe(`${"a".repeat(4_095)}… (only the beginning was kept)`);
});
