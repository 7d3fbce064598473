import { decodeContent } from "@/lib/core/bodies/decompress";
import type { WebhookRequest } from "./request";

/** Bodies that are unpacked at the same time: each can become as large as the limit from almost nothing. */
const AT_ONCE = 4;

let unpacking = 0;
const waiting: (() => void)[] = [];

/**
 * Undoes a body's Content-Encoding. Rejects with BodyTooLarge or BodyError, and with BodyBudgetSpent when what came out
 * has no room in memory beside the bodies of other requests.
 */
export async function unpackContent(bytes: Buffer, request: WebhookRequest, maxBytes: number): Promise<Buffer> {
  const encodings = request.headers.filter(([name]) => name.toLowerCase() === "content-encoding");
  if (unpacking >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else unpacking++;
  try {
    const content = await decodeContent(bytes, encodings.map(([, value]) => value).join(","), maxBytes);
    request.hold(content.length);
    return content;
  } finally {
    const next = waiting.shift();
    if (next) next();
    else unpacking--;
  }
}
