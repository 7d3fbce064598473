import { connect } from "node:net";

/**
 * @typedef {object} LoadOptions
 * @property {number} port of 127.0.0.1
 * @property {string} path
 * @property {string | string[]} body JSON; several are sent in turn
 * @property {Record<string, string>} [headers] beside the usual ones
 * @property {number} connections each sends its next request when the last one is answered
 * @property {number} seconds
 * @property {boolean} [keepTimes] give for each answer when it came (`Date.now()`) and how long it took, in milliseconds
 * @property {number} [perSecond] requests begun per second, over all connections; as many as possible when it is not given
 */

/** @typedef {{ answered: number, failed: number, seconds: number, p50: number, p99: number, answers?: [number, number][] }} LoadResult times in milliseconds */

const HEADER_END = Buffer.from("\r\n\r\n");

/** The bytes of the answer that begins `data`, and its status; undefined when it is not there yet. */
function parseAnswer(data) {
  const end = data.indexOf(HEADER_END);
  if (end < 0) return undefined;
  const head = data.latin1Slice(0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const total = end + 4 + length;
  return data.length < total ? undefined : { total, status: Number(head.slice(9, 12)) };
}

/** Sends requests over raw connections that stay open: a client library would need more of the machine than the server. */
export function runLoad({ port, path, body, headers = {}, connections, seconds, perSecond, keepTimes }) {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const requests = [body]
    .flat()
    .map((text) =>
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: spoke-bench\r\nAccept: */*\r\n${more.join("")}` +
          `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      ),
    );
  const times = [];
  /** @type {[number, number][] | undefined} */
  const answers = keepTimes ? [] : undefined;
  let failed = 0;
  let begun = 0;
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;

  function keepSending() {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.setNoDelay(true);
      let sentMs = 0;
      let rest;
      const send = () => {
        sentMs = performance.now();
        if (sentMs >= endMs && begun > 0) return socket.destroy(); // one is sent, however short the time
        socket.write(requests[begun++ % requests.length]);
      };
      const next = () => {
        if (!perSecond) return send();
        const dueMs = startMs + (begun / perSecond) * 1000;
        const waitMs = dueMs - performance.now();
        if (waitMs <= 0) send();
        else setTimeout(send, waitMs);
      };
      socket.on("connect", next);
      socket.on("data", (chunk) => {
        const data = rest ? Buffer.concat([rest, chunk]) : chunk;
        const answer = parseAnswer(data);
        rest = answer ? undefined : data;
        if (!answer) return;
        const tookMs = performance.now() - sentMs;
        times.push(tookMs);
        answers?.push([Date.now(), tookMs]);
        if (answer.status !== 200) failed++;
        next();
      });
      socket.on("error", reject);
      socket.on("close", resolve);
    });
  }

  return Promise.all(Array.from({ length: connections }, keepSending)).then(() => {
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    const took = (performance.now() - startMs) / 1000;
    return { answered: times.length, failed, seconds: took, p50: at(0.5), p99: at(0.99), answers };
  });
}

// As a process of its own: one run per message.
process.on("message", async (options) => {
  process.send?.(await runLoad(options));
});
process.on("disconnect", () => process.exit());
