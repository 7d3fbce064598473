import type { IncomingMessage } from "node:http";
import { onBreak } from "./broken-request";
import { type ReadBody, RequestAborted, type RequestFailure, rawHeaderOf } from "./request";

/** How much is read of a body that is announced as too large: enough for its receipt. */
const BEGINNING_BYTES = 4 * 1024;

const NOTHING: ReadBody = { bytes: Buffer.alloc(0), over: false, sizeBytes: 0 };

export type BodyReading = {
  limitBytes: number;
  /** Told of the bytes that each part keeps in memory; what it throws ends the reading. */
  hold: (bytes: number) => void;
  /** Asks a caller for the body who waits to be asked; undefined when the body comes by itself. */
  proceed: (() => void) | undefined;
};

/**
 * Reads a body until its end, or until one byte more than `limitBytes` came or was announced; what is left stays unread
 * and the request is paused. Rejects with RequestAborted when the body breaks off, and with what `hold` throws.
 */
export function readBody(req: IncomingMessage, { limitBytes, hold, proceed }: BodyReading): Promise<ReadBody> {
  const announced = rawHeaderOf(req.rawHeaders, "content-length");
  if (announced === undefined && rawHeaderOf(req.rawHeaders, "transfer-encoding") === undefined)
    return Promise.resolve(NOTHING);
  const announcedBytes = Number(announced ?? 0);
  const isLarge = announcedBytes > limitBytes;
  if (isLarge && proceed) return Promise.resolve({ ...NOTHING, over: true, sizeBytes: announcedBytes });
  const enoughBytes = isLarge ? Math.min(limitBytes, BEGINNING_BYTES) : limitBytes;

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isSettled = false;

    function read(over: boolean): ReadBody {
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
      return {
        bytes: over ? bytes.subarray(0, enoughBytes) : bytes,
        over,
        sizeBytes: Math.max(length, announcedBytes),
      };
    }
    function stop() {
      isSettled = true;
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
      if (length > enoughBytes) {
        stop();
        req.pause();
        resolve(read(true));
      }
    }
    function onEnd() {
      stop();
      resolve(read(false));
    }
    function onClose() {
      breakOff({ kind: "gone" });
    }
    function breakOff(failure: RequestFailure) {
      if (isSettled) return;
      const unread = req.readableFlowing ? null : (req.read() as Buffer | null);
      if (unread) chunks.push(unread);
      length += unread?.length ?? 0;
      stop();
      reject(new RequestAborted(failure, { ...read(false), sizeBytes: length }, announcedBytes || undefined));
    }

    req.on("error", () => {});
    onBreak(req, breakOff);
    if (isSettled) return;
    if (req.destroyed) return onClose();
    req.on("data", onData);
    req.on("end", onEnd);
    req.on("close", onClose); // also comes after an error
    proceed?.();
  });
}
