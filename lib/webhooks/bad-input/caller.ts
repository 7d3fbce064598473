import { connect } from "node:net";

export type RawAnswer = { status: number; headers: ReadonlyMap<string, string>; body: string };

/** Reads the answers out of what came over a connection; the body of an answer to HEAD is not there. */
export function readAnswers(received: Buffer, isHead = false): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = received;
  for (let end = rest.indexOf("\r\n\r\n"); end >= 0; end = rest.indexOf("\r\n\r\n")) {
    const [first = "", ...lines] = rest.toString("latin1", 0, end).split("\r\n");
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
    );
    const status = Number(first.split(" ")[1]);
    const length = isHead ? 0 : Number(headers.get("content-length") ?? 0);
    if (rest.length < end + 4 + length) break;
    if (status !== 100) answers.push({ status, headers, body: rest.toString("utf8", end + 4, end + 4 + length) });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}

export type Caller = {
  answers(): RawAnswer[];
  send(...parts: readonly (string | Buffer)[]): void;
  /** Ends our side and goes on listening. */
  end(): void;
  /** Closes the connection without listening. */
  hangUp(): void;
  /** Sends one more byte each few milliseconds until the connection ends. */
  trickle(): void;
  isClosed(): boolean;
  closed: Promise<void>;
  bytesWritten(): number;
};

/** A caller that writes bytes to a connection as it likes. */
export function openCaller(port: number, isHead = false): Caller {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("end", () => socket.end());
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => {
      isClosed = true;
      resolve();
    });
  });
  return {
    answers: () => readAnswers(Buffer.concat(chunks), isHead),
    send: (...parts) => {
      for (const part of parts) socket.write(part);
    },
    end: () => void socket.end(),
    hangUp: () => void socket.resetAndDestroy(),
    trickle() {
      const timer = setInterval(() => socket.writable && socket.write("x"), 5);
      void closed.then(() => clearInterval(timer));
    },
    isClosed: () => isClosed,
    closed,
    bytesWritten: () => socket.bytesWritten,
  };
}
