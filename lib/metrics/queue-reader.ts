import { setTimeout as sleep } from "node:timers/promises";
import { log } from "@/lib/log";
import { type QueueFigures, readQueueFigures } from "@/lib/queue/queue-figures";
import type { Db } from "@/lib/queue/statement";

const KEPT_MS = 5_000;
const PATIENCE_MS = 3_000;

/**
 * Makes a reader of the queue's figures that asks the database once in 5 s, however many ask it. It gives undefined when
 * there is no answer within 3 s, and never rejects.
 */
export function createQueueReader(pool: Db, nowMs = () => performance.now()): () => Promise<QueueFigures | undefined> {
  let kept: { at: number; figures: Promise<QueueFigures | undefined> } | undefined;

  async function read(): Promise<QueueFigures | undefined> {
    try {
      return await Promise.race([readQueueFigures(pool), sleep(PATIENCE_MS, undefined, { ref: false })]);
    } catch (error) {
      log.debug({ err: error }, "the queue's figures could not be read");
      return undefined;
    }
  }

  return () => {
    if (!kept || nowMs() - kept.at >= KEPT_MS) kept = { at: nowMs(), figures: read() };
    return kept.figures;
  };
}
