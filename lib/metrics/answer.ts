import type { IncomingMessage } from "node:http";
import type { Registry } from "prom-client";
import { log } from "@/lib/log";
import { textAnswer, type WebhookAnswer } from "@/lib/webhooks/answers";
import { mayReadMetrics } from "./access";

export type MetricsRequest = Pick<IncomingMessage, "method" | "headers"> & {
  socket: Pick<IncomingMessage["socket"], "remoteAddress">;
};

/** Answers a request for the metrics. `token` is what callers must send, when one is set. It never rejects. */
export async function answerMetrics(
  { method, socket, headers }: MetricsRequest,
  { registry, token }: { registry: Registry; token: string | undefined },
): Promise<WebhookAnswer> {
  if (!mayReadMetrics({ socketIp: socket.remoteAddress ?? "", headers }, token)) {
    return token === undefined
      ? textAnswer(403, "Metrics are shown to private addresses only. Set METRICS_TOKEN to read them from elsewhere.")
      : textAnswer(401, "Send METRICS_TOKEN as bearer token.", [["WWW-Authenticate", "Bearer"]]);
  }
  if (method !== "GET" && method !== "HEAD") {
    return textAnswer(405, "Method not allowed. Send a GET request.", [["Allow", "GET, HEAD"]]);
  }
  try {
    const body = await registry.metrics();
    const type: [string, string] = ["Content-Type", registry.contentType];
    return { status: 200, headers: [type, ["Cache-Control", "no-store"]], body };
  } catch (error) {
    log.error({ err: error }, "the metrics could not be put together");
    return textAnswer(500, "The metrics could not be put together. The log says why.");
  }
}
