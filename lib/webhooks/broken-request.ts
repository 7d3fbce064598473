import type { IncomingMessage } from "node:http";
import type { RequestFailure } from "./request";

const failures = new WeakMap<IncomingMessage, RequestFailure>();
const listeners = new WeakMap<IncomingMessage, (failure: RequestFailure) => void>();

/** Says of a request whose body is under way that no more of it will come. */
export function breakRequest(req: IncomingMessage, failure: RequestFailure): void {
  failures.set(req, failure);
  listeners.get(req)?.(failure);
}

/** Calls back when a request is broken off, at once when that has happened. Only the last listener is called. */
export function onBreak(req: IncomingMessage, listener: (failure: RequestFailure) => void): void {
  listeners.set(req, listener);
  const failure = failures.get(req);
  if (failure) listener(failure);
}
