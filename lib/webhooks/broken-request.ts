import type { IncomingMessage } from "node:http";
import type { RequestFailure } from "./request";

const FAILURE = Symbol("failure");
const LISTENER = Symbol("listener");

/** A request carries what is known of its end itself: a map of all requests would cost more than reading them. */
type Breakable = IncomingMessage & {
  [FAILURE]?: RequestFailure;
  [LISTENER]?: (failure: RequestFailure) => void;
};

/** Says of a request whose body is under way that no more of it will come. */
export function breakRequest(req: Breakable, failure: RequestFailure): void {
  req[FAILURE] = failure;
  req[LISTENER]?.(failure);
}

/** Calls back when a request is broken off, at once when that has happened. Only the last listener is called. */
export function onBreak(req: Breakable, listener: (failure: RequestFailure) => void): void {
  req[LISTENER] = listener;
  const failure = req[FAILURE];
  if (failure) listener(failure);
}
