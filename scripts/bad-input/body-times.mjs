import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../median.mjs";
import { largeBodies } from "./large-bodies.mjs";

/** The default of WEBHOOK_MAX_BYTES. */
const LIMIT_BYTES = 10 * 1024 * 1024;
/** Each is sent so many times; the median counts. */
const TIMES = 3;

/** @typedef {{ kind: string, title: string, answer: string, heldMs: number }} BodyTime */

/** What the web process is started with, so that it tells how long it was held. */
export const watchLoop = { NODE_OPTIONS: `--import=${new URL("loop-watch.mjs", import.meta.url)}` };

/** How long the process did nothing else, at most, since this was last asked, in milliseconds. */
async function longestHold(child) {
  const told = once(child, "message");
  child.send("longest hold");
  const [{ longestMs }] = await told;
  return longestMs;
}

function send({ port, path }, { type, encoding }, body) {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Length": body.length };
    if (type !== "") headers["Content-Type"] = type;
    if (encoding) headers["Content-Encoding"] = encoding;
    const sent = request({ port, path, host: "127.0.0.1", method: "POST", headers }, async (answer) => {
      const words = Buffer.concat(await answer.toArray())
        .toString("utf8")
        .slice(0, 90);
      resolve(`${answer.statusCode} ${words}`);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/**
 * Sends bodies at the limit of the size that take a decoder longest, one after the other, and measures for how long the web
 * process does nothing else, from the first byte to the answer.
 *
 * @param {{ port: number, path: string, child: import("node:child_process").ChildProcess }} target
 * @param {RegExp} wanted the titles of those that are sent
 * @returns {Promise<BodyTime[]>}
 */
export async function measureBodies({ port, path, child }, wanted) {
  const times = [];
  for (const large of largeBodies.filter(({ kind, title }) => wanted.test(`${kind}: ${title}`))) {
    const body = large.make(LIMIT_BYTES);
    const held = [];
    let answer = "";
    for (let time = 0; time < TIMES; time++) {
      await sleep(20);
      await longestHold(child);
      answer = await send({ port, path }, large, body);
      held.push(await longestHold(child));
    }
    times.push({ kind: large.kind, title: large.title, answer, heldMs: median(held) });
  }
  return times;
}
