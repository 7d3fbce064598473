import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test as base } from "./fixtures";

/** Another application that cycles call, on this machine. */
export type StubServer = {
  url: string;
  /** Bodies and headers of the requests that came. */
  bodies: string[];
  headers: IncomingMessage["headers"][];
  /** What the next requests are answered; 200 and `{"ok":true}` unless told. */
  answer: { status: number; body: string };
};

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export const test = base.extend<{ stub: StubServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are needed
  stub: async ({}, use) => {
    const stub: StubServer = { url: "", bodies: [], headers: [], answer: { status: 200, body: '{"ok":true}' } };
    const server = createServer(async (request, response) => {
      const body = await textOf(request);
      stub.headers.push(request.headers);
      stub.bodies.push(body);
      response.writeHead(stub.answer.status, { "content-type": "application/json" }).end(stub.answer.body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    stub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use(stub);
    server.closeAllConnections();
    server.close();
  },
});
