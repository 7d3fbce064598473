import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type CidrRange, clientIp } from "@/lib/core/cidr";
import { log } from "@/lib/log";
import { textAnswer, type WebhookAnswer } from "./answers";
import type { Door } from "./door";
import { readBody } from "./read-body";
import { headerOf, RequestAborted, type RequestHead, type WebhookRequest } from "./request";
import { withoutSession } from "./session-cookies";

const WEBHOOK_PATH = "/api/webhook/";
const STATUS_PATH = "/api/status/";

/** The largest body that is read to its end after an early answer, so that its connection can be kept. */
const KEPT_BODY_BYTES = 1024 * 1024;

const AWAITS_CONTINUE = Symbol("awaits continue");
type Awaiting = IncomingMessage & { [AWAITS_CONTINUE]?: true };

/** Notes that a caller sends its body only when asked for it (`Expect: 100-continue`). */
export function awaitContinue(req: Awaiting): void {
  req[AWAITS_CONTINUE] = true;
}

/** Answers a request to a webhook or status URL; false when it is for neither. */
export function handleDoorRequest(door: Door, req: IncomingMessage, res: ServerResponse): boolean {
  const url = req.url ?? "";
  const head = readHead(req, door.trustedProxies);
  if (head) {
    let heldBytes = 0;
    const hold = (bytes: number) => {
      door.bodyBudget.take(bytes);
      heldBytes += bytes;
    };
    const request = toWebhookRequest(req, res, head, hold);
    void answer(req, res, () => door.receive(request)).finally(() => door.bodyBudget.give(heldBytes));
    return true;
  }
  if (url.startsWith(STATUS_PATH)) {
    const [token] = splitUrl(url, STATUS_PATH);
    void answer(req, res, () => logStatus(req, door.status({ token, method: req.method ?? "" })));
    return true;
  }
  return false;
}

async function answer(req: IncomingMessage, res: ServerResponse, decide: () => Promise<WebhookAnswer>) {
  try {
    send(req, res, await decide());
  } catch (error) {
    if (error instanceof RequestAborted) return;
    log.error({ err: error, method: req.method }, "a request to the webhook door could not be answered");
    send(req, res, textAnswer(503, "Webhook could not be stored. Please retry.", [["Retry-After", "5"]]));
  }
}

/** Whoever has a status URL may read it, so the log doesn't show it. */
async function logStatus({ method }: IncomingMessage, answering: Promise<WebhookAnswer>): Promise<WebhookAnswer> {
  const startedMs = performance.now();
  const decided = await answering;
  const ms = Math.round((performance.now() - startedMs) * 10) / 10;
  log.debug({ method, route: "/api/status/{token}", status: decided.status, ms }, "request for a status");
  return decided;
}

/** Sends an answer. What is left of the request is thrown away; when that may be much, the connection ends. */
export function send(req: IncomingMessage, res: ServerResponse, { status, headers, body }: WebhookAnswer) {
  if (res.destroyed || res.headersSent) return;
  const flat: string[] = [];
  for (const [name, value] of headers) flat.push(name, value);
  if (status !== 204 && status !== 304) flat.push("Content-Length", String(Buffer.byteLength(body)));
  if (!req.complete && !endsSoon(req)) flat.push("Connection", "close");
  res.writeHead(status, flat);
  res.end(body);
  if (req.complete) return;
  req.on("error", () => {});
  req.resume();
}

function endsSoon(req: Awaiting): boolean {
  return !req[AWAITS_CONTINUE] && Number(req.headers["content-length"] ?? Infinity) <= KEPT_BODY_BYTES;
}

function splitUrl(url: string, prefix: string): [rest: string, query: string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url.slice(prefix.length), ""] : [url.slice(prefix.length, mark), url.slice(mark + 1)];
}

/** What a receipt shows of a request to a webhook URL, except its body; undefined when it is to another. */
export function readHead(req: IncomingMessage, trustedProxies: readonly CidrRange[]): RequestHead | undefined {
  const url = req.url ?? "";
  if (!url.startsWith(WEBHOOK_PATH)) return undefined;
  const [identifier, query] = splitUrl(url, WEBHOOK_PATH);
  const headers = pairsOf(req.rawHeaders);
  const ip = trustedProxies.length === 0 ? socketIp(req.socket) : forwardedIp(req, headers, trustedProxies);
  return { identifier, method: req.method ?? "", headers, query, clientIp: ip };
}

function toWebhookRequest(
  req: Awaiting,
  res: ServerResponse,
  head: RequestHead,
  hold: (bytes: number) => void,
): WebhookRequest {
  const proceed = req[AWAITS_CONTINUE] ? () => res.writeContinue() : undefined;
  const { identifier, method, headers, query, clientIp: ip } = head;
  return {
    identifier,
    method,
    headers,
    query,
    clientIp: ip,
    readBody: (limitBytes) => readBody(req, { limitBytes, hold, proceed }),
    hold,
    onHangUp: (listener) => {
      if (res.destroyed) listener();
      else res.once("close", () => !res.writableEnded && listener());
    },
  };
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!;
    const value = raw[at + 1]!;
    if (name.length === 6 && name.toLowerCase() === "cookie") {
      const kept = withoutSession(value);
      if (kept !== "") pairs.push([name, kept]);
    } else {
      pairs.push([name, value]);
    }
  }
  return pairs;
}

const addresses = new WeakMap<Socket, string>();

/** The address at the other end of a connection. */
export function socketIp(socket: Socket): string {
  let address = addresses.get(socket);
  if (address === undefined) {
    address = clientIp({ socketIp: socket.remoteAddress ?? "", forwardedFor: undefined, trustedProxies: [] });
    addresses.set(socket, address);
  }
  return address;
}

function forwardedIp(req: IncomingMessage, headers: [string, string][], trustedProxies: readonly CidrRange[]): string {
  const every = headers.filter(([name]) => name.toLowerCase() === "x-forwarded-for").map(([, value]) => value);
  const forwardedFor = headerOf(headers, "x-forwarded-for") === undefined ? undefined : every.join(",");
  return clientIp({ socketIp: req.socket.remoteAddress ?? "", forwardedFor, trustedProxies });
}
