import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { WebhookAnswer } from "./answers";
import { breakRequest } from "./broken-request";
import { type ClientError, failureOfBody, failureOfHead, NOT_HTTP, readRequestLine } from "./client-error";
import type { Door } from "./door";
import { readHead, send, socketIp } from "./http";
import { MAX_HEADERS } from "./http-limits";
import { LINGER, Linger, type LingerLimits } from "./linger";
import { type RequestFailure, type RequestHead, rawHeaderOf } from "./request";

/** A proxy's form of the request line; the path is what counts. */
const WHOLE_URL = /^https?:\/\/[^/?]*\/?/i;

type Exchange = { req: IncomingMessage; res: ServerResponse };

/** An answer as it goes over a connection that carries no request. */
function rawAnswer({ status, headers, body }: WebhookAnswer): string {
  const lines = [...headers, ["Content-Length", String(Buffer.byteLength(body))], ["Connection", "close"]];
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Date: ${new Date().toUTCString()}`];
  return `${[...head, ...lines.map((line) => line.join(": "))].join("\r\n")}\r\n\r\n${body}`;
}

/** What is wrong with a request that Node takes for valid HTTP and we don't. */
function findFlaw(req: IncomingMessage): RequestFailure | undefined {
  const { httpVersion, rawHeaders } = req;
  if (rawHeaders.length > 2 * MAX_HEADERS) return { kind: "headers-too-large" };
  if (httpVersion !== "1.1") return httpVersion === "1.0" ? undefined : NOT_HTTP;
  if (rawHeaderOf(rawHeaders, "host") === undefined) return { kind: "malformed", reason: "it has no Host header" };
  if (rawHeaderOf(rawHeaders, "transfer-encoding") === undefined) return undefined;
  if (req.headers["transfer-encoding"]?.toLowerCase() === "chunked") return undefined;
  return { kind: "malformed", reason: "its Transfer-Encoding is not supported" };
}

/**
 * Watches the connections of a server for what never becomes a whole request: each gets its answer, is put on a receipt
 * as far as its webhook is known, and else counted. Connections close so that the caller gets to read the answer.
 */
export class Guard {
  readonly #door: Door;
  readonly #linger: Linger;
  /** The last request that began on a connection. */
  readonly #exchanges = new WeakMap<Socket, Exchange>();
  readonly #broken = new WeakSet<Socket>();

  constructor(server: Server, door: Door, limits: LingerLimits = LINGER) {
    this.#door = door;
    this.#linger = new Linger(limits);
    // One more than may be, so that too many are seen; Node leaves out the rest without a word.
    server.maxHeadersCount = MAX_HEADERS + 1;
    server.on("connection", (socket: Socket) => this.#adopt(socket));
    server.on("clientError", (error: ClientError, socket: Socket) => this.#onError(error, socket));
    server.on("connect", (_req, socket: Socket) => {
      const reason = "its method is not known";
      this.#write(socket, this.#door.refuse({ kind: "malformed", reason }, undefined));
    });
  }

  /** How many connections are only kept so that their callers can read an answer. */
  get lingering(): number {
    return this.#linger.size;
  }

  /** Notes a request that begins. False when it was answered, or is to be left alone. */
  admit(req: IncomingMessage, res: ServerResponse): boolean {
    const { socket } = req;
    if (socket.writableEnded || this.#broken.has(socket)) {
      req.resume();
      return false;
    }
    if (!req.url?.startsWith("/")) req.url = req.url?.replace(WHOLE_URL, "/");
    this.#exchanges.set(socket, { req, res });
    const flaw = findFlaw(req);
    if (!flaw) return true;
    const answer = this.#door.refuse(flaw, this.#headOf(req));
    answer.headers.push(["Connection", "close"]);
    send(req, res, answer);
    return false;
  }

  /** Node ends a connection after its last answer by this method. */
  #adopt(socket: Socket): void {
    const destroySoon = socket.destroySoon.bind(socket);
    socket.destroySoon = () => {
      const exchange = this.#exchanges.get(socket);
      if (exchange && !exchange.req.complete) this.#linger.close(socket);
      else destroySoon();
    };
  }

  #onError(error: ClientError, socket: Socket): void {
    if (this.#broken.has(socket)) {
      this.#linger.checkBytes(socket);
      return;
    }
    const exchange = this.#exchanges.get(socket);
    const inBody = exchange !== undefined && !exchange.req.complete;
    const failure = inBody ? failureOfBody(error) : failureOfHead(error);
    if (!failure || !socket.writable || socket.bytesRead === 0) {
      socket.destroy(); // gone, answered already, or never used
      return;
    }
    this.#broken.add(socket);
    if (inBody) this.#breakBody(exchange, failure);
    else this.#refuseHead(socket, error, exchange, failure);
  }

  #breakBody({ req, res }: Exchange, failure: RequestFailure): void {
    if (res.headersSent) req.socket.destroy();
    else if (!this.#headOf(req)) this.#write(req.socket, this.#door.refuse(failure, undefined));
    else {
      res.setHeader("Connection", "close");
      breakRequest(req, failure);
    }
  }

  #refuseHead(socket: Socket, error: ClientError, exchange: Exchange | undefined, failure: RequestFailure): void {
    const answer = this.#door.refuse(failure, this.#headOfError(socket, error) ?? this.#headBefore(error, exchange));
    // The answers to earlier requests on this connection come first.
    if (exchange && !exchange.res.destroyed && !exchange.res.writableFinished) {
      exchange.res.once("close", () => this.#write(socket, answer));
    } else this.#write(socket, answer);
  }

  #headOf(req: IncomingMessage): RequestHead | undefined {
    return readHead(req, this.#door.trustedProxies);
  }

  #headOfError(socket: Socket, { rawPacket }: ClientError): RequestHead | undefined {
    const line = readRequestLine(rawPacket);
    return line && { ...line, headers: [], clientIp: socketIp(socket) };
  }

  /** What follows a request and can't be read is most often the rest of its body: its Content-Length is too small. */
  #headBefore({ rawPacket }: ClientError, exchange: Exchange | undefined): RequestHead | undefined {
    return rawPacket && exchange && this.#headOf(exchange.req);
  }

  #write(socket: Socket, answer: WebhookAnswer): void {
    if (!socket.writable) return;
    socket.write(rawAnswer(answer));
    this.#linger.close(socket);
  }
}
