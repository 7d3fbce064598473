import { createRequire } from "node:module";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "./fixtures";
import { field, from, graph, step } from "./graphs";

const require = createRequire(import.meta.url);
const events = require("@octokit/webhooks-examples/api.github.com/index.json") as {
  name: string;
  examples: Record<string, unknown>[];
}[];
const examples = events.find((event) => event.name === "issues")?.examples ?? [];

/** One way to send a payload, and the data that should come of it. */
type Sent = { title: string; contentType: string; encoding?: string; body: Buffer; data: unknown };

const escapeXml = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const elementName = (key: string) => (/^[A-Za-z_][\w.-]*$/.test(key) ? key : `x${Buffer.from(key).toString("hex")}`);

/** A value as XML elements of one name. */
function toXml(value: unknown, name: string): string {
  if (Array.isArray(value)) return value.map((entry) => toXml(entry, name)).join("");
  if (typeof value !== "object" || value === null) return `<${name}>${escapeXml(String(value ?? ""))}</${name}>`;
  return `<${name}>${Object.entries(value)
    .map(([key, entry]) => toXml(entry, elementName(key)))
    .join("")}</${name}>`;
}

/** What is left of a value that went through `toXml`: text, objects, and lists where an element was repeated. */
function asXmlData(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return String(value ?? "");
  const entries = Object.entries(value).flatMap(([key, entry]): [string, unknown][] => {
    if (!Array.isArray(entry)) return [[elementName(key), asXmlData(entry)]];
    const list = entry.flat().map(asXmlData);
    return list.length === 0 ? [] : [[elementName(key), list.length === 1 ? list[0] : list]];
  });
  return entries.length === 0 ? "" : Object.fromEntries(entries);
}

const utf16 = (text: string, bigEndian: boolean) => {
  const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};

function waysToSend(payload: Record<string, unknown>): Sent[] {
  const json = JSON.stringify(payload);
  const bytes = Buffer.from(json);
  const plain = { contentType: "application/json", data: payload };
  return [
    { title: "JSON", ...plain, body: bytes },
    { title: "JSON of a vendor", ...plain, contentType: "application/vnd.github+json; charset=utf-8", body: bytes },
    { title: "gzip", ...plain, encoding: "gzip", body: gzipSync(bytes) },
    { title: "deflate", ...plain, encoding: "deflate", body: deflateSync(bytes) },
    { title: "brotli", ...plain, encoding: "br", body: brotliCompressSync(bytes) },
    { title: "UTF-16 LE", ...plain, contentType: "application/json; charset=utf-16", body: utf16(json, false) },
    { title: "UTF-16 BE", ...plain, contentType: "application/json; charset=utf-16", body: utf16(json, true) },
    {
      title: "a form with payload=",
      contentType: "application/x-www-form-urlencoded",
      body: Buffer.from(new URLSearchParams({ payload: json }).toString()),
      data: { payload: json },
    },
    {
      title: "XML",
      contentType: "application/xml",
      body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${toXml(payload, "event")}`),
      data: { event: asXmlData(payload) },
    },
  ];
}

test("the same content sent as JSON, form, XML, compressed and in UTF-16 becomes the same data", async ({
  account,
  request,
}) => {
  test.slow(); // dozens of transactions, one after another
  const cycle = await account.cycle(
    graph(
      [step("github", "webhook"), step("copy", "set-fields", { fields: [field("all", from("github", "body"))] })],
      ["github", "copy"],
    ),
  );
  for (const sent of examples.slice(0, 6).flatMap(waysToSend)) {
    const answer = await request.post(cycle.webhookUrl, {
      data: sent.body,
      headers: { "content-type": sent.contentType, ...(sent.encoding ? { "content-encoding": sent.encoding } : {}) },
    });
    expect([sent.title, answer.status()]).toEqual([sent.title, 200]);
    const transaction = await account.ended(answer.headers()["x-spoke-transaction-id"] as string);
    expect(transaction.state).toBe("completed");
    expect(transaction.steps.at(-1)?.output, sent.title).toEqual({ all: sent.data });
  }
});

const file = [
  "--b",
  'Content-Disposition: form-data; name="note"',
  "",
  "Ünlü",
  "--b",
  'Content-Disposition: form-data; name="doc"; filename="a.pdf"',
  "Content-Type: application/pdf",
  "",
  "%PDF",
  "--b--",
  "",
].join("\r\n");

/** Content types with bodies, and the data that the guide says they become. */
const table: [contentType: string | undefined, body: string, data: unknown][] = [
  [
    "Application/VND.api+JSON; charset=utf-8",
    '{"id":12345678901234567890,"a":1,"a":2}',
    { id: "12345678901234567890", a: 2 },
  ],
  ["text/json", "[1]", [1]],
  [
    "application/soap+xml",
    '<s:a xmlns:s="u" n="1">t<b/><b>2</b></s:a>',
    { "s:a": { "@xmlns:s": "u", "@n": "1", b: ["", "2"], "#text": "t" } },
  ],
  ["application/x-www-form-urlencoded", "a[b]=1&c[]=2&d=3&d=4", { a: { b: "1" }, c: ["2"], d: ["3", "4"] }],
  [
    "multipart/form-data; boundary=b",
    file,
    { note: "Ünlü", doc: { filename: "a.pdf", contentType: "application/pdf", size: 4, content: "JVBERg==" } },
  ],
  ["text/csv", 'sku,n\r\nA,"1,5"\r\n', [{ sku: "A", n: "1,5" }]],
  ["text/tab-separated-values", "sku\tn\nA\t1\n", [{ sku: "A", n: "1" }]],
  ["application/x-ndjson", '{"n":1}\n{"n":2}\n', [{ n: 1 }, { n: 2 }]],
  ["text/markdown", "# Ünlü", { text: "# Ünlü" }],
  ["application/pdf", "%PDF", { content: "JVBERg==", contentType: "application/pdf", size: 4 }],
  [undefined, '{"a":1}', { a: 1 }],
  [undefined, "a: 1", { text: "a: 1" }],
];

test("a body becomes data by its type as the guide says, with query and headers beside it", async ({ account }) => {
  const cycle = await account.cycle(
    graph([step("in", "webhook"), step("copy", "set-fields", { fields: [field("all", from("in"))] })], ["in", "copy"]),
  );
  for (const [contentType, body, data] of table) {
    const answer = await fetch(`${cycle.webhookUrl}?of=${encodeURIComponent(contentType ?? "none")}&list[]=1`, {
      method: "POST",
      headers: contentType === undefined ? {} : { "content-type": contentType },
      body: Buffer.from(body),
    });
    expect([contentType, answer.status]).toEqual([contentType, 200]);
    const transaction = await account.ended(answer.headers.get("x-spoke-transaction-id") as string);
    expect(transaction.steps.at(-1)?.output, contentType).toEqual({
      all: {
        body: data,
        query: { of: contentType ?? "none", list: ["1"] },
        headers: expect.objectContaining({ "user-agent": expect.any(String) }),
      },
    });
  }
});
