import type { IncomingMessage } from "node:http";
import { type ReadBody, RequestAborted } from "./request";

/** How much is read of a body that is announced as too large: enough for its receipt. */
const BEGINNING_BYTES = 4 * 1024;

const NOTHING: ReadBody = { bytes: Buffer.alloc(0), over: false, sizeBytes: 0 };

/**
 * Reads a body until its end, or until one byte more than `limitBytes` came or was announced; what is left stays unread
 * and the request is paused. Rejects with RequestAborted when the caller goes away before, and with what `hold` throws:
 * it is told of the bytes that each part keeps in memory.
 */
export function readBody(req: IncomingMessage, limitBytes: number, hold: (bytes: number) => void): Promise<ReadBody> {
  const announced = req.headers["content-length"];
  if (announced === undefined && req.headers["transfer-encoding"] === undefined) return Promise.resolve(NOTHING);
  const announcedBytes = Number(announced ?? 0);
  const enoughBytes = announcedBytes > limitBytes ? Math.min(limitBytes, BEGINNING_BYTES) : limitBytes;

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;

    function stop() {
      req.off("data", onData);
      req.off("end", onEnd);
      req.off("close", onClose);
    }
    function onData(chunk: Buffer) {
      try {
        hold(chunk.length);
      } catch (error) {
        stop();
        req.pause();
        reject(error);
        return;
      }
      chunks.push(chunk);
      length += chunk.length;
      if (length > enoughBytes) settle(true);
    }
    function onEnd() {
      settle(false);
    }
    function onClose() {
      stop();
      reject(new RequestAborted());
    }
    function settle(over: boolean) {
      stop();
      if (over) req.pause();
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
      resolve({
        bytes: over ? bytes.subarray(0, enoughBytes) : bytes,
        over,
        sizeBytes: Math.max(length, announcedBytes),
      });
    }

    req.on("data", onData);
    req.on("end", onEnd);
    req.on("close", onClose); // also comes after an error
    req.on("error", () => {});
  });
}
