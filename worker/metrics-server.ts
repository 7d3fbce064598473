import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { log } from "@/lib/log";
import type { ProcessMetrics } from "@/lib/metrics/process-metrics";
import { textAnswer, type WebhookAnswer } from "@/lib/webhooks/answers";
import { healthAnswer, readyAnswer } from "@/lib/webhooks/readiness";
import { workerHealth, workerReadiness } from "./health";
import type { Worker } from "./worker";

const REQUEST_MS = 10_000;

export type MetricsServerOptions = {
  /** 0 takes a free one. */
  port: number;
  /** Every address when it is left out. */
  host?: string;
  metrics: Pick<ProcessMetrics, "answer">;
  worker: Pick<Worker, "signs">;
};

export type MetricsServer = {
  port: number;
  close(): void;
};

/** Serves a worker's `/metrics`, `/healthz` and `/readyz`. A worker whose port is taken works on without. */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer | undefined> {
  const { port, host } = options;
  const limits = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
  const server = createServer(limits, listener(options));
  server.on("error", (error) => log.error({ err: error, port }, "the worker's metrics can't be served"));
  server.listen({ port, host });
  const isListening = await once(server, "listening").then(
    () => true,
    () => false,
  );
  if (!isListening) return undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listener({ metrics, worker }: MetricsServerOptions): RequestListener {
  async function answer(request: Parameters<RequestListener>[0]): Promise<WebhookAnswer> {
    switch (request.url?.split("?", 1)[0]) {
      case "/metrics":
        return metrics.answer(request);
      case "/healthz":
        return healthAnswer(workerHealth(worker.signs, performance.now()));
      case "/readyz":
        return readyAnswer(workerReadiness(worker.signs, performance.now()));
      default:
        return textAnswer(404, "Not found.");
    }
  }
  return async (request, response) => {
    const { status, headers, body } = await answer(request);
    response.writeHead(status, headers.flat());
    response.end(body);
  };
}
