import type { Db } from "@/lib/queue/statement";
import type { WebhookAnswer } from "@/lib/webhooks/answers";
import { answerMetrics, type MetricsRequest } from "./answer";
import { buildVersion } from "./build";
import { createQueueReader } from "./queue-reader";
import { createRegistry, type MetricSources } from "./registry";
import { Sampler } from "./sampler";

export type ProcessMetricsOptions = Pick<
  MetricSources,
  "kind" | "pools" | "syncCallers" | "isDoorClosed" | "worker" | "scripts"
> & {
  db: Db;
  /** What callers of `/metrics` must send; without it, private addresses may read. */
  token: string | undefined;
};

export type ProcessMetrics = {
  /** Answers `/metrics`. */
  answer(request: MetricsRequest): Promise<WebhookAnswer>;
  /** Writes the last sample and ends. */
  stop(): Promise<void>;
};

/** Shows a process's figures to Prometheus, and to the System page by way of the database, until it is stopped. */
export function startProcessMetrics({ db, token, ...sources }: ProcessMetricsOptions): ProcessMetrics {
  const all = { ...sources, version: buildVersion(), queue: createQueueReader(db) };
  const registry = createRegistry(all);
  const sampler = new Sampler({ ...all, db });
  return {
    answer: (request) => answerMetrics(request, { registry, token }),
    stop: () => sampler.stop(),
  };
}
