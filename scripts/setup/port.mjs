import { randomInt } from "node:crypto";
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

/** Systems give higher ones to whoever asks for any port and to connections that go out; lower ones are known for something. */
const FIRST_PORT = 20_000;
const AFTER_LAST_PORT = 32_768;
const TRIES = 1_000;

/** @returns {Promise<number>} a port of 127.0.0.1 that nobody uses now, and that nobody gets by chance before it is used */
export async function freePort() {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST_PORT, AFTER_LAST_PORT);
    if (await portIsFree(port, "127.0.0.1")) return port;
  }
  throw new Error("There is no free port on 127.0.0.1.");
}
