import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import {
  accepted,
  type BadInput,
  type BadInputGroup,
  type Expected,
  head,
  LIMIT_BYTES,
  post,
  tooLarge,
  unreadable,
} from "./bad-input";

const MEBIBYTE = 1024 * 1024;

const packed = (input: string, encoding: string, body: () => Buffer | string, answer: Expected): BadInput => ({
  input,
  send: (identifier) => post("text/plain", body(), `Content-Encoding: ${encoding}\r\n`)(identifier),
  answers: [answer],
});

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

const text = "hello ".repeat(100);
const hello = accepted({ text });
const zeros = () => Buffer.alloc(100 * MEBIBYTE);
const twice = () => gzipSync(gzipSync(Buffer.alloc(100 * MEBIBYTE)));
const cut = (body: Buffer) => body.subarray(0, body.length - 12);

/** 10 GiB of zeros in 10 MiB: the same packed mebibyte again and again, which gzip allows. */
function bomb(): Buffer {
  const member = gzipSync(Buffer.alloc(MEBIBYTE));
  return Buffer.concat(Array.from({ length: Math.floor(LIMIT_BYTES / member.length) }, () => member));
}

export const packedGroup: BadInputGroup = {
  title: "Compressed bodies",
  inputs: [
    packed("100 MiB of zeros as gzip", "gzip", () => gzipSync(zeros()), tooLarge),
    packed("100 MiB of zeros as deflate", "deflate", () => deflateSync(zeros()), tooLarge),
    packed("100 MiB of zeros as br", "br", () => brotliCompressSync(zeros(), QUICK), tooLarge),
    packed("10 GiB of zeros in 10 MiB of gzip", "gzip", bomb, tooLarge),
    packed("100 MiB of zeros as gzip in gzip", "gzip, gzip", twice, tooLarge),
    packed("gzip in gzip", "gzip, gzip", () => gzipSync(gzipSync(text)), hello),
    {
      input: "gzip in gzip, named by two headers",
      send: (identifier) =>
        post(
          "text/plain",
          gzipSync(gzipSync(text)),
          "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n",
        )(identifier),
      answers: [hello],
    },
    packed(
      "four encodings",
      "gzip, gzip, gzip, gzip",
      () => gzipSync(text),
      unreadable("it is compressed more than 3 times"),
    ),
    packed("deflate without its header", "deflate", () => deflateRawSync(text), hello),
    packed("gzip that ends early", "gzip", () => cut(gzipSync(text)), unreadable("its gzip data ends unexpectedly")),
    packed(
      "deflate that ends early",
      "deflate",
      () => cut(deflateSync(text)),
      unreadable("its deflate data ends unexpectedly"),
    ),
    packed(
      "br that ends early",
      "br",
      () => cut(brotliCompressSync(text)),
      unreadable("its br data ends unexpectedly"),
    ),
    ...[
      { encoding: "gzip", pack: gzipSync, answer: unreadable("its gzip data is not valid") },
      { encoding: "deflate", pack: deflateSync, answer: hello },
      { encoding: "br", pack: brotliCompressSync, answer: hello },
    ].map(({ encoding, pack, answer }) =>
      packed(
        `${encoding} with something after it`,
        encoding,
        () => Buffer.concat([pack(text), Buffer.from("rest")]),
        answer,
      ),
    ),
    packed("gzip that is none", "gzip", () => text, unreadable("its gzip data is not valid")),
    packed(
      "an encoding that nobody knows",
      "zip",
      () => text,
      unreadable('the Content-Encoding "zip" is not supported'),
    ),
  ],
};

const MANY_BYTES = Buffer.alloc(LIMIT_BYTES + 1, "x");

export const largeGroup: BadInputGroup = {
  title: "Large bodies",
  inputs: [
    {
      input: "one byte over the limit",
      send: post("text/plain", MANY_BYTES),
      answers: [tooLarge],
    },
    {
      input: "over the limit in chunks",
      send: (identifier) => [
        head(identifier, "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"),
        `${MANY_BYTES.length.toString(16)}\r\n`,
        MANY_BYTES,
        "\r\n0\r\n\r\n",
      ],
      answers: [tooLarge],
    },
    {
      input: "100 MiB announced, of which nothing comes but the beginning",
      send: (identifier) => [
        head(identifier, `Content-Type: text/plain\r\nContent-Length: ${100 * MEBIBYTE}\r\n`),
        Buffer.alloc(8_192, "x"),
      ],
      answers: [tooLarge],
    },
  ],
};
