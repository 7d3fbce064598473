import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { readAnswers } from "./caller.mjs";
import { watchMemory } from "./process-memory.mjs";

const MEBIBYTE = 1024 * 1024;
const PART = Buffer.alloc(65_536, "x");
const CHUNK = Buffer.concat([Buffer.from("10000\r\n"), PART, Buffer.from("\r\n")]);

/** @typedef {{ port: number, path: string, pid: number }} Target */
/** @typedef {{ title: string, connections: number, answers: string, before: number, peak: number, after: number, sentMib: number }} Flood */

/** Sends a head and then the same part, until the server ends the connection or so many bytes are sent. */
function pour(port, head, part, maxBytes) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const chunks = [];
    let sent = 0;
    const more = () => {
      let hasRoom = true;
      while (hasRoom && socket.writable && sent < maxBytes) {
        hasRoom = socket.write(part);
        sent += part.length;
      }
    };
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("drain", more);
    socket.on("error", () => {});
    socket.on("close", () =>
      resolve({ statuses: readAnswers(Buffer.concat(chunks)).map(({ status }) => status), bytes: socket.bytesWritten }),
    );
    socket.write(head);
    more();
  });
}

/** Keeps connections open that send nothing, or the beginning of a request, for as long as `work` takes. */
async function whileIdle(port, count, path, work) {
  const sockets = Array.from({ length: count }, (_, at) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    if (at % 2 === 1) socket.write(`POST ${path} HTTP/1.1\r\nHost: spoke\r\n`);
    return socket;
  });
  await sleep(1_000);
  const result = await work();
  for (const socket of sockets) socket.destroy();
  return result;
}

async function measure({ pid }, title, connections, work) {
  const memory = watchMemory(pid);
  const results = await work();
  await sleep(1_000);
  const { first, late, peak } = memory.stop();
  const counts = new Map();
  for (const { statuses } of results) {
    const key = statuses.join(" ") || "none";
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const answers = [...counts].map(([key, count]) => `${count} × ${key}`).join(", ");
  const sentMib = results.reduce((sum, { bytes }) => sum + bytes, 0) / MEBIBYTE;
  return { title, connections, answers, before: first, peak, after: late, sentMib };
}

/** Sends what would fill the memory of a careless server. @param {Target} target @returns {Promise<Flood[]>} */
export async function runFloods(target) {
  const { port, path } = target;
  const head = (headers) => `POST ${path} HTTP/1.1\r\nHost: spoke\r\nContent-Type: text/plain\r\n${headers}\r\n`;
  const many = (count, work) => Promise.all(Array.from({ length: count }, work));
  const announced = head(`Content-Length: ${100 * MEBIBYTE}\r\n`);
  const bomb = gzipSync(Buffer.alloc(10 * MEBIBYTE - 1));
  const gzip = head(`Content-Encoding: gzip\r\nConnection: close\r\nContent-Length: ${bomb.length}\r\n`);
  const small = head("Connection: close\r\nContent-Length: 1\r\n");
  return [
    await measure(target, "100 MiB announced", 20, () => many(20, () => pour(port, announced, PART, 100 * MEBIBYTE))),
    await measure(target, "endless, in chunks", 20, () =>
      many(20, () => pour(port, head("Transfer-Encoding: chunked\r\n"), CHUNK, Number.POSITIVE_INFINITY)),
    ),
    await measure(target, "10 MiB of zeros in gzip", 50, () => many(50, () => pour(port, gzip, bomb, 1))),
    await measure(target, "requests beside 1,000 idle connections", 100, () =>
      whileIdle(port, 1_000, path, () => many(100, () => pour(port, small, Buffer.from("x"), 1))),
    ),
  ];
}
