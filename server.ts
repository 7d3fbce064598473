import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import next from "next";
import { closeDatabase, createDatabase, getPool, setDatabase } from "@/lib/db/client";
import { env } from "@/lib/env";
import { noteClientIp } from "@/lib/http/client-ip";
import { log, switchLevelOnSignal } from "@/lib/log";
import { type ProcessMetrics, startProcessMetrics } from "@/lib/metrics/process-metrics";
import { makePartitions } from "@/lib/queue/make-partitions";
import { closeScriptPool, scriptFigures } from "@/lib/script/scripts";
import { activeTracing } from "@/lib/tracing/active";
import { startTracing } from "@/lib/tracing/start";
import { type Door, openSharedDoor } from "@/lib/webhooks/door";
import { WAITING_CONNECTIONS } from "@/lib/webhooks/http-limits";
import { pageHeaders } from "@/lib/webhooks/page-headers";
import { createReadiness } from "@/lib/webhooks/readiness";
import { createWebServer, type WebServer } from "@/lib/webhooks/web-server";

/** How long requests under way may take after the process was told to stop. */
const STOP_MS = 25_000;

function listenOn(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: WAITING_CONNECTIONS }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function start() {
  const { NODE_ENV, PORT, HOST, DATABASE_URL, DATABASE_POOL, METRICS_TOKEN: token } = env();
  const dev = NODE_ENV !== "production";
  switchLevelOnSignal();
  await startTracing("web");
  const doorConnections = DATABASE_POOL >> 1;
  setDatabase(createDatabase({ url: DATABASE_URL, maxConnections: DATABASE_POOL - doorConnections }));
  const door = await openSharedDoor({ connections: doorConnections });
  // Next would take every request with an Upgrade header from the server of its first request, webhooks included.
  const app = next({ dev, hostname: HOST ?? "localhost", port: PORT, httpServer: createServer() });
  await app.prepare();
  const handle = app.getRequestHandler();

  const pools = { door: door.pool, pages: getPool() };
  const syncCallers = () => door.waiters.size;
  const isDoorClosed = () => door.gate.isClosed;
  const metrics = startProcessMetrics({
    kind: "web",
    db: getPool(),
    pools,
    syncCallers,
    isDoorClosed,
    scripts: scriptFigures,
    token,
  });
  let stopping = false;
  const web = createWebServer({
    door,
    readiness: createReadiness({ pool: getPool(), door, isStopping: () => stopping }),
    metrics: (req) => metrics.answer(req),
    app: (req, res) => {
      noteClientIp(req, door.trustedProxies);
      return handle(req, res);
    },
    appHeaders: pageHeaders({ dev }),
  });
  if (dev) web.server.on("upgrade", app.getUpgradeHandler());
  await listenOn(web.server, PORT, HOST);
  log.info({ address: web.server.address(), pid: process.pid }, "the web process is ready");
  void makePartitions(getPool()).catch((error) => log.warn({ err: error }, "could not make partitions"));

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void stop({ web, door, metrics, closeApp: () => app.close() });
    });
  }
}

type Parts = { web: WebServer; door: Door; metrics: ProcessMetrics; closeApp: () => Promise<void> };

async function stop({ web, door, metrics, closeApp }: Parts) {
  const delayMs = env().STOP_DELAY_SECONDS * 1_000;
  log.info({ delayMs }, "the web process stops");
  await sleep(delayMs);
  await web.stop(STOP_MS - delayMs);
  await door.close();
  await closeScriptPool();
  await metrics.stop();
  await Promise.all([closeApp(), activeTracing()?.stop()]);
  await closeDatabase();
  process.exit(0);
}

start().catch((error: unknown) => {
  log.fatal({ err: error }, "the web process could not start");
  process.exit(1);
});
