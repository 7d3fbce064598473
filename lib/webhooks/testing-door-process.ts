import type { AddressInfo } from "node:net";
import { startProcessMetrics } from "@/lib/metrics/process-metrics";
import { openSharedDoor } from "./door";
import { createWebServer } from "./web-server";

// A web process without its pages, for tests that need several: a program of its own. Says its port once it serves.
const door = await openSharedDoor({ connections: 5 });
const metrics = startProcessMetrics({
  kind: "web",
  db: door.pool,
  pools: { door: door.pool, pages: door.pool },
  token: undefined,
  syncCallers: () => door.waiters.size,
  isDoorClosed: () => door.gate.isClosed,
});
const { server } = createWebServer({
  door,
  readiness: async () => ({ status: 200, headers: [], body: "" }),
  metrics: (request) => metrics.answer(request),
  app: (_request, response) => response.writeHead(404).end(),
  appHeaders: [],
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
