import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestDatabase } from "@/lib/db/testing";
import { type Door, type DoorOptions, openDoor } from "./door";
import { WAITING_CONNECTIONS } from "./http-limits";
import { createWebServer, type WebServerOptions } from "./web-server";

export type TestAnswer = { status: number; headers: IncomingHttpHeaders; body: string };

export type TestRequest = {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer | readonly (string | Buffer)[];
};

export type TestServer = {
  door: Door;
  server: Server;
  port: number;
  /** Sends a request; a list as body is sent in chunks. */
  send(path: string, request?: TestRequest): Promise<TestAnswer>;
  close(): Promise<void>;
};

const SETTINGS: DoorOptions["settings"] = {
  WEBHOOK_MAX_BYTES: 100_000,
  SYNC_TIMEOUT_SECONDS: 30,
  PUBLIC_URL: "https://spoke.example.com",
  TRUSTED_PROXIES: [],
};

export type TestServerOptions = Partial<Omit<DoorOptions, "settings">> & {
  settings?: Partial<DoorOptions["settings"]>;
  timeouts?: WebServerOptions["timeouts"];
  linger?: WebServerOptions["linger"];
};

function send(port: number, path: string, { method = "POST", headers = {}, body }: TestRequest): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const isWhole = typeof body === "string" || Buffer.isBuffer(body);
    const framing = isWhole ? { "Content-Length": Buffer.byteLength(body) } : {};
    const request = httpRequest(
      { host: "127.0.0.1", port, path, method, headers: { ...headers, ...framing } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    request.on("error", reject);
    if (Array.isArray(body)) {
      for (const chunk of body) request.write(chunk);
      request.end();
    } else request.end(body);
  });
}

/** A web process for a test: a real server with a door on the test's database, at a free port. */
export async function startTestServer(database: TestDatabase, options: TestServerOptions = {}): Promise<TestServer> {
  const { settings, timeouts, linger, ...rest } = options;
  const door = await openDoor({
    pool: database.pool,
    databaseUrl: database.url,
    settings: { ...SETTINGS, ...settings },
    ...rest,
  });
  const { server, stop } = createWebServer({
    door,
    readiness: async () => ({ status: 200, headers: [], body: "" }),
    metrics: async () => ({ status: 200, headers: [], body: "" }),
    app: (_req, res) => res.writeHead(404).end("the app"),
    appHeaders: [],
    timeouts,
    linger,
  });
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: "127.0.0.1", backlog: WAITING_CONNECTIONS }, resolve),
  );
  const { port } = server.address() as AddressInfo;
  return {
    door,
    server,
    port,
    send: (path, request = {}) => send(port, path, request),
    async close() {
      await stop(10_000);
      await door.close();
    },
  };
}
