import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { orderBody } from "../bench/world.mjs";

const part = (name, value) => `--bound\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = `--bound\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n\0\x01\x02\r\n`;

/** Valid bodies of every type that the door reads: each is the beginning of many bad ones. */
const BODIES = [
  ["application/json", orderBody],
  ["application/json; charset=utf-16le", Buffer.from('{"a":["é",1e400,12345678901234567890]}', "utf16le")],
  ["application/problem+json", '{"constructor":1,"a":{"b":[null,true,-0.5e-3]}}'],
  ["application/xml", '<?xml version="1.0"?><o xmlns:x="u"><x:l a="1">t&amp;<![CDATA[c]]></x:l><x:l/><!-- n --></o>'],
  ["text/xml; charset=iso-8859-1", Buffer.from("<a>\xe9</a>", "latin1")],
  ["application/x-www-form-urlencoded", "a[b][]=1&a[b][]=2&c=%C3%A9+x&d[0]=1&d[1]=2"],
  ["multipart/form-data; boundary=bound", `${part("a[b]", "1")}${file}${part("c", "é")}--bound--\r\n`],
  ["text/csv", 'a,b\n1,"x ""y"""\n2,3\n'],
  ["text/tab-separated-values", "a\tb\n1\t2\n"],
  ["application/x-ndjson", '{"a":1}\n[2]\n"x"\n'],
  ["text/plain", "hello"],
  ["application/octet-stream", Buffer.from([0, 1, 2, 253, 254, 255])],
  ["", '{"untyped":true}'],
];

const PACKERS = [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
];

/** What breaks parsers: put into requests at any place. */
const TOKENS = [
  "\r\n",
  "\n",
  "\r\n\r\n",
  "\0",
  "\xff\xfe",
  "\xef\xbb\xbf",
  "__proto__",
  '"constructor":{"prototype":1}',
  "[".repeat(200),
  '{"a":'.repeat(200),
  "<a>".repeat(200),
  "a[b]".repeat(50),
  '<!DOCTYPE a [<!ENTITY e "x">]>',
  "&e;",
  "%",
  "%ff",
  "=",
  "&",
  ";",
  '"',
  "\\",
  "--bound",
  "--bound--",
  "1e999999",
  "99999999999999999999",
  "-1",
  "0\r\n\r\n",
  "Content-Length: 5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Content-Encoding: gzip\r\n",
  "Expect: 100-continue\r\n",
  "Connection: close\r\n",
  "Upgrade: websocket\r\nConnection: Upgrade\r\n",
  "HTTP/1.0",
  "é",
  "\u2028",
  "\ud83d",
];

/** @typedef {import("./random.mjs").Random} Random */

/** A valid request to a webhook, whole or in chunks, packed or not. @param {Random} random @param {string} path */
function validRequest(random, path) {
  const [type, content] = random.pick(BODIES);
  let body = Buffer.from(content);
  const headers = ["Host: spoke"];
  if (type !== "") headers.push(`Content-Type: ${type}`);
  if (random.once(4)) {
    const [encoding, pack] = random.pick(PACKERS);
    body = pack(body);
    headers.push(`Content-Encoding: ${encoding}`);
  }
  if (random.once(3)) {
    const size = `${body.length.toString(16)}\r\n`;
    body =
      body.length === 0
        ? Buffer.from("0\r\n\r\n")
        : Buffer.concat([Buffer.from(size), body, Buffer.from("\r\n0\r\n\r\n")]);
    headers.push("Transfer-Encoding: chunked");
  } else headers.push(`Content-Length: ${body.length}`);
  const method = random.once(10) ? random.pick(["GET", "HEAD", "PUT", "OPTIONS", "TRACE"]) : "POST";
  const query = random.once(5) ? "?a[b]=1&c=%20" : "";
  const head = `${method} ${path}${query} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`;
  return { head: Buffer.from(head), body };
}

/** Changes a few places of some bytes. @param {Random} random @param {Buffer} bytes */
function mutate(random, bytes) {
  let result = bytes;
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(result.length + 1);
    const [before, after] = [result.subarray(0, at), result.subarray(at)];
    switch (random.below(6)) {
      case 0:
        result = Buffer.concat([before, Buffer.from([random.below(256)]), after.subarray(1)]);
        break;
      case 1:
        result = Buffer.concat([before, Buffer.from(random.pick(TOKENS), random.once(2) ? "latin1" : "utf8"), after]);
        break;
      case 2:
        result = Buffer.concat([before, after.subarray(random.below(20))]);
        break;
      case 3:
        result = Buffer.concat([before, before.subarray(-random.below(200)), after]);
        break;
      case 4:
        result = before;
        break;
      default:
        result = Buffer.concat([before, random.bytes(1 + random.below(16)), after]);
    }
  }
  return result;
}

/**
 * What one connection sends: random bytes, a valid request, or one that was changed in its headers or its body.
 *
 * @param {Random} random
 * @param {string} path
 * @returns {Buffer}
 */
export function randomInput(random, path) {
  const { head, body } = validRequest(random, path);
  switch (random.below(10)) {
    case 0:
      return random.bytes(1 + random.below(2_000));
    case 1:
      return Buffer.concat([head, body]);
    case 2:
    case 3:
    case 4:
      return Buffer.concat([mutate(random, head), body]);
    case 5: {
      const next = validRequest(random, path);
      return mutate(random, Buffer.concat([head, body, next.head, next.body]));
    }
    default: {
      const changed = mutate(random, body);
      const isChunked = head.includes("Transfer-Encoding");
      const fitting = isChunked
        ? head
        : head.toString("latin1").replace(/Content-Length: \d+/, `Content-Length: ${changed.length}`);
      return Buffer.concat([Buffer.from(fitting), changed]);
    }
  }
}
