import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

type Value = { stringValue?: string; intValue?: number; boolValue?: boolean; arrayValue?: { values: Value[] } };
type Attribute = { key: string; value: Value };
type SentSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code: number; message?: string };
  links?: { traceId: string; spanId: string }[];
  flags?: number;
};
type Sent = { resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: SentSpan[] }[] }[] };

const KINDS = ["", "internal", "server", "client", "producer", "consumer"];
const FAILED = 2;

/** A span as a receiver of OTLP gets it; times are milliseconds since 1970. */
export type ReceivedSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  kind: string;
  startedAt: number;
  endedAt: number;
  failed: boolean;
  statusMessage: string | undefined;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
};

const readValue = ({ arrayValue, ...value }: Value): unknown =>
  arrayValue ? arrayValue.values.map(readValue) : Object.values(value)[0];
const fieldsOf = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
const msOf = (nano: string) => Number(BigInt(nano) / 1_000n) / 1_000;

function spansOf({ resourceSpans }: Sent): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId || undefined,
        name: span.name,
        kind: KINDS[span.kind] ?? "",
        startedAt: msOf(span.startTimeUnixNano),
        endedAt: msOf(span.endTimeUnixNano),
        failed: span.status.code === FAILED,
        statusMessage: span.status.message,
        attributes: fieldsOf(span.attributes),
        resource: fieldsOf(resource.attributes),
        links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
      })),
    ),
  );
}

/** How a receiver answers: like a working one, with an error, or never. */
export type ReceiverMood = "takes" | "refuses" | "hangs";

/** A receiver of OTLP over HTTP in JSON, at a free port of this machine. */
export class TestReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** All that came, as text. */
  text = "";
  requests = 0;
  headers: NodeJS.Dict<string | string[]> = {};
  mood: ReceiverMood = "takes";
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      this.requests++;
      this.headers = request.headers;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (this.mood === "hangs") return;
      if (this.mood === "refuses") return void response.writeHead(503).end();
      const text = Buffer.concat(chunks).toString();
      this.text += text;
      this.spans.push(...spansOf(JSON.parse(text) as Sent));
      response.setHeader("content-type", "application/json").end("{}");
    });
  }

  static async open(): Promise<TestReceiver> {
    const receiver = new TestReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The spans of the trace that this transaction began. */
  of(transactionId: string): ReceivedSpan[] {
    const found = this.spans.find((span) => span.attributes["spoke.transaction.id"] === transactionId);
    return this.spans.filter((span) => span.traceId === found?.traceId);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
