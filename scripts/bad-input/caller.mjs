import { connect } from "node:net";

/** No exchange takes longer. */
const LONGEST_MS = 20_000;

/** @typedef {{ status: number, requestId: string | undefined, body: string }} Answer */

/** Reads the answers out of what came over a connection. @param {Buffer} received @returns {Answer[]} */
export function readAnswers(received) {
  const answers = [];
  let rest = received;
  for (let end = rest.indexOf("\r\n\r\n"); end >= 0; end = rest.indexOf("\r\n\r\n")) {
    const head = rest.toString("latin1", 0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN);
    const length = Number(/\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const requestId = /\nx-spoke-request-id: (\S+)/i.exec(head)?.[1];
    if (Number.isNaN(status)) break; // the body of an answer without a length
    const body = rest.toString("utf8", end + 4, end + 4 + length);
    const isHead = body.startsWith("HTTP/1.1 "); // the next answer: this one was to HEAD
    if (status !== 100) answers.push({ status, requestId, body: isHead ? "" : body });
    rest = rest.subarray(isHead ? end + 4 : end + 4 + length);
  }
  return answers;
}

/** After an answer nothing more comes for so long: the caller ends its side. */
const QUIET_MS = 30;

/**
 * Writes bytes to a connection of its own, in a few pieces, ends its side when it is answered or `patienceMs` have
 * passed, and gives the answers when the server has ended its own.
 *
 * @param {{ port: number, pieces: Buffer[], patienceMs: number }} options
 * @returns {Promise<Answer[]>}
 */
export function exchange({ port, pieces, patienceMs }) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    /** @type {Buffer[]} */
    const chunks = [];
    let timer = setTimeout(() => socket.end(), patienceMs);
    socket.setTimeout(LONGEST_MS, () => socket.destroy());
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(() => socket.end(), QUIET_MS);
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(readAnswers(Buffer.concat(chunks)));
    });
    for (const piece of pieces) socket.write(piece);
  });
}
