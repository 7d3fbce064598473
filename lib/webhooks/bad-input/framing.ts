import {
  accepted,
  type BadInput,
  type BadInputGroup,
  counted,
  type Expected,
  found,
  HOST,
  head,
  headersTooLarge,
  hungUp,
  incomplete,
  malformed,
  notAllowed,
  notFound,
  post,
  tooLarge,
  tooSlow,
  unreadable,
} from "./bad-input";

const BAD_LENGTH = malformed("where its body ends is not clear");
const NOT_HTTP = malformed("it is not valid HTTP");
const BAD_CHUNKS = malformed("its chunks are not valid");
const BAD_CODING = malformed("its Transfer-Encoding is not supported");
const BAD_METHOD = malformed("its method is not known");

type Send = BadInput["send"];

const one = (input: string, send: Send, ...answers: Expected[]): BadInput => ({ input, send, answers });
const framed =
  (headers: string, body = ""): Send =>
  (identifier) => [head(identifier, `Content-Type: text/plain\r\n${headers}`), body];
const chunked = (body: string): Send => framed("Transfer-Encoding: chunked\r\n", body);
const line =
  (requestLine: string, headers = HOST): Send =>
  (identifier) => [`${requestLine.replace("ID", identifier)}\r\n${headers}\r\n`];
/** A request with one more header, whose bytes are as in the text. */
const header =
  (text: string): Send =>
  (identifier) => [Buffer.from(head(identifier, `${text}\r\nContent-Length: 0\r\n`), "latin1")];

const lengths: BadInputGroup = {
  title: "Where a body ends",
  inputs: [
    {
      input: "a body that ends before its Content-Length; the caller listens",
      send: framed("Content-Length: 10\r\n", "abc"),
      next: "end",
      answers: [incomplete("the body ends after 3 of 10 bytes")],
    },
    {
      input: "a body that ends before its Content-Length; the caller hangs up",
      send: framed("Content-Length: 10\r\n", "abc"),
      next: "hang-up",
      answers: [hungUp("the caller closed the connection after 3 of 10 bytes of the body")],
    },
    {
      input: "chunks that end before the last one",
      send: chunked("3\r\nabc\r\n"),
      next: "end",
      answers: [incomplete("the body ends after 3 bytes")],
    },
    one(
      "a Content-Length smaller than the body",
      framed("Content-Length: 3\r\n", "abcdef ghi"),
      accepted({ text: "abc" }),
      BAD_METHOD,
    ),
    one("two Content-Lengths", framed("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), BAD_LENGTH),
    one("the same Content-Length twice", framed("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), BAD_LENGTH),
    one("two Content-Lengths in one header", framed("Content-Length: 3, 4\r\n", "abcd"), BAD_LENGTH),
    one("a negative Content-Length", framed("Content-Length: -3\r\n", "abc"), BAD_LENGTH),
    one("a Content-Length that is no number", framed("Content-Length: three\r\n", "abc"), BAD_LENGTH),
    one("a Content-Length beyond 2^64", framed("Content-Length: 99999999999999999999999\r\n", "abc"), BAD_LENGTH),
    one("a Content-Length of 9,007 TB", framed("Content-Length: 9007199254740991\r\n", "abc".repeat(2_000)), tooLarge),
    one(
      "Content-Length and Transfer-Encoding",
      framed("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      BAD_LENGTH,
    ),
    one(
      "Transfer-Encoding and Content-Length",
      framed("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
      BAD_LENGTH,
    ),
    one("chunked twice", framed("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), BAD_LENGTH),
    one("Transfer-Encoding gzip alone", framed("Transfer-Encoding: gzip\r\n", "abc"), BAD_CODING),
    one(
      "Transfer-Encoding gzip, chunked",
      framed("Transfer-Encoding: gzip, chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
      BAD_CODING,
    ),
    one("a chunk size that is no number", chunked("xx\r\nabc\r\n"), BAD_CHUNKS),
    one("a chunk size beyond 2^64", chunked("fffffffffffffffffff\r\nabc"), BAD_CHUNKS),
    one("a chunk longer than its size", chunked("3\r\nabcdef\r\n0\r\n\r\n"), BAD_CHUNKS),
    one("a chunk extension of 100 KiB", chunked(`3;a=${"b".repeat(100 * 1024)}\r\nabc\r\n0\r\n\r\n`), BAD_CHUNKS),
    one("a trailer of 100 KiB", chunked(`3\r\nabc\r\n0\r\nX-Late: ${"b".repeat(100 * 1024)}\r\n\r\n`), headersTooLarge),
    one("a GET with a body", (id) => [head(id, "Content-Length: 3\r\n", "GET"), "abc"], found),
    { ...one("a HEAD with a body", (id) => [head(id, "Content-Length: 3\r\n", "HEAD"), "abc"], found), head: true },
    one(
      "two requests at once",
      (id) => [...post("text/plain", "1")(id), ...post("text/plain", "2")(id)],
      accepted({ text: "1" }),
      accepted({ text: "2" }),
    ),
    one(
      "a request and then something else",
      (id) => [...post("text/plain", "1")(id), "\r\nhello\r\n\r\n"],
      accepted({ text: "1" }),
      BAD_METHOD,
    ),
    one(
      "`Expect: 100-continue`",
      (id) => [head(id, "Expect: 100-continue\r\nContent-Length: 1\r\nContent-Type: text/plain\r\n"), "1"],
      accepted({ text: "1" }),
    ),
    one(
      "`Expect: 100-continue` before too large a body",
      framed("Expect: 100-continue\r\nContent-Length: 99999999\r\n"),
      tooLarge,
    ),
    one(
      "`Expect` anything else",
      (id) => [head(id, "Expect: a miracle\r\nContent-Length: 1\r\nContent-Type: text/plain\r\n"), "1"],
      accepted({ text: "1" }),
    ),
  ],
};

const slow: BadInputGroup = {
  title: "Slow callers",
  inputs: [
    {
      input: "headers at a byte a second",
      send: (id) => [head(id, "").slice(0, 60)],
      next: "trickle",
      answers: [counted(tooSlow(""))],
    },
    {
      input: "a body at a byte a second",
      send: framed("Content-Length: 100000\r\n", "abc"),
      next: "trickle",
      answers: [{ ...tooSlow(""), reason: undefined }],
    },
    one(
      "a body that stops coming",
      framed("Content-Length: 100000\r\n", "abc"),
      tooSlow("only 3 of 100000 bytes of the body came in time"),
    ),
    {
      input: "headers that end early",
      send: (id) => [head(id, "").slice(0, 60)],
      next: "end",
      answers: [counted(incomplete("it ends within its headers"))],
    },
  ],
};

const manyHeaders = (count: number) => Array.from({ length: count }, (_, at) => `x${at}: 1\r\n`).join("");

const requestLines: BadInputGroup = {
  title: "Request lines, headers and addresses",
  inputs: [
    ...["PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "SUBSCRIBE"].map((method) =>
      one(`the method ${method}`, (id) => [head(id, "", method)], notAllowed),
    ),
    one("a method that HTTP does not know", (id) => [head(id, "", "STEAL")], BAD_METHOD),
    one("a method in small letters", (id) => [head(id, "", "post")], BAD_METHOD),
    one("CONNECT", line("CONNECT spoke.example.com:443 HTTP/1.1"), counted(BAD_METHOD)),
    one(
      "HTTP/1.0",
      (id) => [`POST /api/webhook/${id} HTTP/1.0\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n1`],
      accepted({ text: "1" }),
    ),
    one("HTTP/1.0 with a body of no length", (id) => [`POST /api/webhook/${id} HTTP/1.0\r\n\r\n`], accepted({})),
    one("HTTP/0.9", (id) => [`GET /api/webhook/${id}\r\n\r\n`], NOT_HTTP),
    one("HTTP/2.0 as a word", (id) => [head(id, "", "POST", "HTTP/2.0")], NOT_HTTP),
    one("HTTP/2 without asking", () => ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], counted(NOT_HTTP)),
    one("TLS", () => [Buffer.from("16030100c8010000c403035f", "hex")], counted(BAD_METHOD)),
    one(
      "`Upgrade: h2c`",
      (id) => [
        head(
          id,
          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n",
        ),
        "1",
      ],
      accepted({ text: "1" }),
    ),
    one("`Upgrade: websocket`", (id) => [head(id, "Connection: Upgrade\r\nUpgrade: websocket\r\n", "GET")], found),
    one(
      "no Host header",
      (id) => [`POST /api/webhook/${id} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`],
      malformed("it has no Host header"),
    ),
    one("lines that end without a carriage return", (id) => [head(id, "").replaceAll("\r", "")], NOT_HTTP),
    one("a blank before a header's colon", header("X-Odd : 1"), NOT_HTTP),
    one("a header that goes on in the next line", header("X-Odd: 1\r\n 2"), NOT_HTTP),
    one("a NUL in a header", header("X-Odd: 1\x002"), NOT_HTTP),
    one("a NUL in the type", header("Content-Type: text/\x00plain"), NOT_HTTP),
    one("a control character in the type", header("Content-Type: text/\x01plain"), NOT_HTTP),
    one("Latin-1 in a header", header("X-Odd: caf\xe9\r\nContent-Type: text/plain"), accepted({ text: "" })),
    one(
      "a type with Latin-1 and odd signs",
      (id) => [Buffer.from(head(id, 'Content-Type: te\xe9t/;;=;"\r\nContent-Length: 2\r\n'), "latin1"), "{}"],
      accepted({ content: "e30=", contentType: "teét/", size: 2 }),
    ),
    one("1,000 headers", (id) => [head(id, `${manyHeaders(998)}Content-Length: 0\r\n`)], accepted({})),
    one("1,001 headers", (id) => [head(id, `${manyHeaders(999)}Content-Length: 0\r\n`)], headersTooLarge),
    one("headers of 40 KiB", (id) => [head(id, `X-Large: ${"x".repeat(40 * 1024)}\r\n`)], headersTooLarge),
    one(
      "a URL of 40 KiB",
      (id) => [line(`POST /api/webhook/ID?${"a".repeat(40 * 1024)} HTTP/1.1`)(id)[0]!],
      headersTooLarge,
    ),
    one("an identifier of 10,000 characters", (id) => [head(id.repeat(500).slice(0, 10_000), "")], { ...notFound }),
    ...["../webhook/ID", "%2e%2e/webhook/ID", "/ID", "ID/", "ID%2F", "ID%00", "%C3%BC", "ID#top", "ID;a=1"].map(
      (path) =>
        one(
          `the identifier \`${path.replace("ID", "…")}\``,
          line(`POST /api/webhook/${path} HTTP/1.1`, `${HOST}Content-Length: 0\r\n`),
          { ...notFound },
        ),
    ),
    one("letters beyond ASCII in the URL", (id) => [Buffer.from(head(`${id}?a=ü`, ""), "utf8")], NOT_HTTP),
    one("a query with broken percent signs", line("POST /api/webhook/ID?a=%&b=%zz HTTP/1.1"), accepted({})),
    one(
      "a query with escapes that are not UTF-8",
      line("POST /api/webhook/ID?a=%ff HTTP/1.1"),
      unreadable("query: it is not valid UTF-8"),
    ),
    one(
      "a query with `__proto__`",
      line("POST /api/webhook/ID?__proto__[a]=1 HTTP/1.1"),
      unreadable('query: the key "__proto__" is not allowed'),
    ),
    one("a whole URL in the request line", line("POST http://spoke.example.com/api/webhook/ID HTTP/1.1"), accepted({})),
    one("`X-Forwarded-For` from who is no trusted proxy", header("X-Forwarded-For: 203.0.113.9"), accepted({})),
  ],
};

export const framingGroups: readonly BadInputGroup[] = [lengths, slow, requestLines];
