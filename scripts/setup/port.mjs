import { createServer } from "node:net";

/** Whether a server could listen on `port` of `host` now; every address of the machine when `host` is not given. */
export function portIsFree(port, host) {
  return new Promise((fulfil) => {
    const server = createServer();
    server.once("error", () => fulfil(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => fulfil(true)));
  });
}

/** @returns {Promise<number>} a port of 127.0.0.1 that nobody uses now */
export function freePort() {
  return new Promise((fulfil, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => fulfil(port));
    });
  });
}
