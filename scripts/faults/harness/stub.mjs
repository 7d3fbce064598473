import { once } from "node:events";
import { createServer } from "node:http";

/**
 * @typedef {object} Stub an outside application that writes down each call
 * @property {string} url
 * @property {Map<string, number[]>} calls the numbers of the calls that came with each `Idempotency-Key`; the answer of a call tells its number
 * @property {number} slowMs how long an answer takes; may be changed
 * @property {number} inFlight calls that wait for their answer now
 * @property {number} mostInFlight as many waited at the same time since it was last set to 0
 * @property {() => void} hold gives no answer from now on, until `release`
 * @property {() => void} release
 * @property {() => Promise<void>} stop
 */

/**
 * Starts an outside application on 127.0.0.1, or on `host`.
 *
 * @returns {Promise<Stub>}
 */
export async function startStub({ slowMs = 50, host = "127.0.0.1" } = {}) {
  let number = 0;
  let isHeld = false;
  /** Answers that wait for `release`. */
  const held = [];
  const server = createServer((req, res) => {
    const key = String(req.headers["idempotency-key"] ?? "");
    const call = ++number;
    const known = stub.calls.get(key);
    if (known) known.push(call);
    else stub.calls.set(key, [call]);
    stub.inFlight++;
    stub.mostInFlight = Math.max(stub.mostInFlight, stub.inFlight);
    req.resume();
    const answer = () => {
      stub.inFlight--;
      res.setHeader("content-type", "application/json").end(JSON.stringify({ call }));
    };
    if (isHeld) held.push(answer);
    else setTimeout(answer, stub.slowMs);
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  /** @type {Stub} */
  const stub = {
    url: `http://${host}:${port}`,
    calls: new Map(),
    slowMs,
    inFlight: 0,
    mostInFlight: 0,
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      for (const answer of held.splice(0)) answer();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return stub;
}
