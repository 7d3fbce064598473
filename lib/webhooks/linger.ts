import type { Socket } from "node:net";

export type LingerLimits = {
  /** Most connections that linger at the same time; the others close at once. */
  connections: number;
  /** The longest that one lingers. */
  totalMs: number;
  /** The longest that one lingers while nothing comes. */
  idleMs: number;
  /** The most that is taken in and thrown away, in bytes. */
  bytes: number;
  checkEveryMs: number;
};

export const LINGER: LingerLimits = {
  connections: 256,
  totalMs: 30_000,
  idleMs: 5_000,
  bytes: 64 * 1024 * 1024,
  checkEveryMs: 500,
};

/**
 * Closes connections on which a caller may still be sending: what comes is thrown away for a while, because a connection
 * that is closed over unread bytes is reset, and the caller loses the answer with it.
 */
export class Linger {
  readonly #limits: LingerLimits;
  readonly #sockets = new Map<Socket, { sinceMs: number; seenMs: number; startBytes: number; seenBytes: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits = LINGER) {
    this.#limits = limits;
  }

  /** How many connections linger now. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Ends our side once all that was written is sent, and the connection when the caller ends its side or a limit is reached. */
  close(socket: Socket): void {
    if (this.#sockets.has(socket) || socket.destroyed) return;
    if (this.#sockets.size >= this.#limits.connections) {
      socket.end(() => socket.destroy());
      return;
    }
    const nowMs = performance.now();
    const { bytesRead } = socket;
    this.#sockets.set(socket, { sinceMs: nowMs, seenMs: nowMs, startBytes: bytesRead, seenBytes: bytesRead });
    socket.once("close", () => this.#forget(socket));
    socket.end();
    this.#timer ??= setInterval(() => this.#check(performance.now()), this.#limits.checkEveryMs).unref();
  }

  /** Ends a connection that lingers when it has sent more than it may. */
  checkBytes(socket: Socket): void {
    const state = this.#sockets.get(socket);
    if (state && socket.bytesRead - state.startBytes > this.#limits.bytes) socket.destroy();
  }

  #check(nowMs: number): void {
    const { totalMs, idleMs } = this.#limits;
    for (const [socket, state] of this.#sockets) {
      if (socket.bytesRead > state.seenBytes) {
        state.seenBytes = socket.bytesRead;
        state.seenMs = nowMs;
      }
      if (nowMs - state.sinceMs > totalMs || nowMs - state.seenMs > idleMs) socket.destroy();
      else this.checkBytes(socket);
    }
  }

  #forget(socket: Socket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
