import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { textAnswer, type WebhookAnswer } from "./answers";
import type { Door } from "./door";
import { Guard } from "./guard";
import { awaitContinue, handleDoorRequest, send } from "./http";
import { MAX_HEADER_BYTES } from "./http-limits";
import type { LingerLimits } from "./linger";

export type WebServerOptions = {
  door: Door;
  /** What answers `/readyz`. */
  readiness: () => Promise<WebhookAnswer>;
  /** What answers `/metrics`. */
  metrics: (req: IncomingMessage) => Promise<WebhookAnswer>;
  /** What answers everything that is not the door's. */
  app: (req: IncomingMessage, res: ServerResponse) => unknown;
  /** Headers of every answer that `app` gives. */
  appHeaders: readonly (readonly [string, string])[];
  linger?: LingerLimits;
  timeouts?: { headersMs: number; requestMs: number; checkEveryMs: number };
};

const TIMEOUTS = {
  headersMs: 20_000,
  /** For the whole request: 10 MiB take so long at 90 KB/s. */
  requestMs: 120_000,
  checkEveryMs: 5_000,
};

/** Longer than the idle time of usual load balancers, so that we are never the first to close. */
const KEEP_ALIVE_MS = 65_000;

/** What a page or the API changed holds for the next webhook request here; other processes hear of it a moment later. */
function forgetBeforeAnswer(door: Door, res: ServerResponse) {
  const writeHead = res.writeHead.bind(res) as (...parts: unknown[]) => ServerResponse;
  res.writeHead = (...parts: unknown[]) => {
    door.cache.clear();
    return writeHead(...parts);
  };
}

export type WebServer = {
  server: Server;
  /**
   * Takes no new connections and resolves when every request under way is answered, or `timeoutMs` have passed and the
   * rest is cut off. Synchronous callers get their 202 at once.
   */
  stop(timeoutMs: number): Promise<void>;
};

/** Makes the web process's only server: health, webhook and status URLs by itself, all else by `app`. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { door, readiness, metrics, app, appHeaders, timeouts = TIMEOUTS } = options;
  const sockets = new Set<Socket>();
  const settings = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: timeouts.checkEveryMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    requireHostHeader: false, // looked for by the guard, which puts it on a receipt
  };
  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    if (!guard.admit(req, res)) return;
    if (handleDoorRequest(door, req, res)) return;
    if (req.url === "/healthz") send(req, res, textAnswer(200, "Alive."));
    else if (req.url === "/readyz") void readiness().then((answer) => send(req, res, answer));
    else if (req.url === "/metrics") void metrics(req).then((answer) => send(req, res, answer));
    else {
      for (const [name, value] of appHeaders) res.setHeader(name, value);
      if (req.method !== "GET") forgetBeforeAnswer(door, res);
      app(req, res);
    }
  };
  const server = createServer(settings, onRequest);
  const guard = new Guard(server, door, options.linger);
  server.on("checkContinue", (req, res) => {
    awaitContinue(req);
    onRequest(req, res);
  });
  server.on("checkExpectation", onRequest);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  return {
    server,
    async stop(timeoutMs) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      door.releaseWaiters();
      server.prependListener("request", (_req, res: ServerResponse) => res.setHeader("Connection", "close"));
      // Node counts only connections as idle that have had a request.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const idleTimer = setInterval(() => server.closeIdleConnections(), 50);
      await Promise.race([closed, sleep(timeoutMs, undefined, { ref: false })]);
      clearInterval(idleTimer);
      server.closeAllConnections();
      await closed;
    },
  };
}
