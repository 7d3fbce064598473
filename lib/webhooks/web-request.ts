import { clientIp } from "@/lib/core/cidr";
import type { WebhookAnswer } from "./answers";
import type { Door } from "./door";
import { type ReadBody, RequestAborted, type WebhookRequest } from "./request";
import { withoutSession } from "./session-cookies";

/**
 * Makes the door's request of a Fetch API one, for hosting behind Next without `server.ts`. The caller's address is the
 * last one in `X-Forwarded-For`, which Next's server writes, or one further left as far as that is a trusted proxy.
 */
export function fromWebRequest(
  request: Request,
  identifier: string,
  door: Pick<Door, "trustedProxies">,
): WebhookRequest {
  const url = new URL(request.url);
  const cookies = withoutSession(request.headers.get("cookie") ?? "");
  const headers = [...request.headers].filter(([name]) => name !== "cookie");
  if (cookies !== "") headers.push(["cookie", cookies]);
  const forwarded = (request.headers.get("x-forwarded-for") ?? "").split(",");
  const socketIp = forwarded.pop()!.trim();
  return {
    identifier,
    method: request.method,
    headers,
    query: url.search.slice(1),
    clientIp: clientIp({ socketIp, forwardedFor: forwarded.join(","), trustedProxies: door.trustedProxies }),
    readBody: (limitBytes) => readStream(request, limitBytes),
    hold: () => {},
    onHangUp: (listener) => {
      if (request.signal.aborted) listener();
      else request.signal.addEventListener("abort", listener, { once: true });
    },
  };
}

/** Makes the Fetch API's response of the door's answer. */
export function toWebResponse({ status, headers, body }: WebhookAnswer, method: string): Response {
  const isBodiless = method === "HEAD" || status === 204 || status === 205 || status === 304;
  return new Response(isBodiless ? null : body, { status, headers });
}

async function readStream(request: Request, limitBytes: number): Promise<ReadBody> {
  const announcedBytes = Number(request.headers.get("content-length") ?? 0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const read = (over: boolean): ReadBody => ({
    bytes: Buffer.concat(chunks).subarray(0, limitBytes),
    over,
    sizeBytes: Math.max(length, announcedBytes),
  });
  const reader = request.body?.getReader();
  try {
    while (reader && length <= limitBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      length += value.length;
    }
  } catch {
    throw new RequestAborted({ kind: "gone" }, { ...read(false), sizeBytes: length }, announcedBytes || undefined);
  }
  const over = length > limitBytes;
  if (over) await reader?.cancel();
  return read(over);
}
