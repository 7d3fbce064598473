import { closeDatabase, createDatabase, getPool, setDatabase } from "@/lib/db/client";
import { env } from "@/lib/env";
import { createCaller } from "@/lib/http/call";
import { createEgressGuard } from "@/lib/http/egress";
import { log, switchLevelOnSignal } from "@/lib/log";
import { startProcessMetrics } from "@/lib/metrics/process-metrics";
import { closeScriptPool, scriptFigures } from "@/lib/script/scripts";
import { activeTracing } from "@/lib/tracing/active";
import { startTracing } from "@/lib/tracing/start";
import { serveMetrics } from "./metrics-server";
import { Worker } from "./worker";

const caller = createCaller(createEgressGuard(env().EGRESS_ALLOW), { publicUrl: env().PUBLIC_URL });
const { DATABASE_URL: url, DATABASE_POOL: maxConnections } = env();
// A claim, a load and two settlements at a time; housekeeping never keeps them waiting.
const queueConnections = Math.min(5, Math.floor(maxConnections / 2));
const { pool: queuePool } = createDatabase({ url, maxConnections: queueConnections, planning: "by-index" });
setDatabase(createDatabase({ url, maxConnections: maxConnections - queueConnections, planning: "each-time" }));
const { WORKER_SLOTS: slots, WORKER_LEASE_SECONDS: leaseSeconds } = env();
const worker = new Worker({ pool: getPool(), queuePool, caller, slots, leaseMs: leaseSeconds * 1_000 });
const { METRICS_TOKEN: token, WORKER_METRICS_PORT: port, HOST: host } = env();
const metrics = startProcessMetrics({
  kind: "worker",
  db: getPool(),
  pools: { worker: getPool(), queue: queuePool },
  worker: () => worker.figures,
  scripts: scriptFigures,
  token,
});
let stopping = false;

/** Ends the process with code 0 once every transaction has reached a safe point. */
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ worker: worker.id, signal }, "worker is stopping");
  await worker.stop();
  await closeScriptPool();
  await metrics.stop();
  await Promise.all([
    Promise.race([
      Promise.all([caller.close(), queuePool.end(), closeDatabase()]),
      new Promise((resolve) => setTimeout(resolve, 2_000)),
    ]),
    activeTracing()?.stop(),
  ]);
  log.info({ worker: worker.id }, "worker has stopped");
  process.exit(0);
}

process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("unhandledRejection", (error) => log.error({ err: error }, "an error was not handled"));
switchLevelOnSignal();
await startTracing("worker");
worker.start();
if (port > 0) await serveMetrics({ port, host, metrics, worker });
