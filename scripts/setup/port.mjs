import { createServer } from "node:net";

/**
 * Tries whether a server could listen on `port` of `host` now; on every address of the machine when `host` is not given.
 *
 * @returns {Promise<string | undefined>} the system's error code (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`) when it could not
 */
export function portProblem(port, host) {
  return new Promise((fulfil) => {
    const server = createServer();
    server.once("error", (error) => fulfil(/** @type {NodeJS.ErrnoException} */ (error).code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => fulfil(undefined)));
  });
}

/** Whether a server could listen on `port` of `host` now. */
export async function portIsFree(port, host) {
  return (await portProblem(port, host)) === undefined;
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
