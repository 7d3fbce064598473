import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BodyError, BodyTooLarge } from "./body-error";
import { decodeContent } from "./decompress";

const LIMIT = 1_000_000;
const body = Buffer.from(JSON.stringify({ text: "hello ".repeat(500) }));

describe("decodeContent", () => {
  it.each([
    ["gzip", gzipSync(body)],
    ["x-gzip", gzipSync(body)],
    ["GZIP", gzipSync(body)],
    ["deflate", deflateSync(body)],
    ["deflate", deflateRawSync(body)],
    ["br", brotliCompressSync(body)],
    ["gzip, br", brotliCompressSync(gzipSync(body))],
    ["identity", body],
    ["", body],
    [undefined, body],
    ["identity, gzip", gzipSync(body)],
  ])("undoes %s", async (encoding, bytes) => {
    expect((await decodeContent(bytes, encoding, LIMIT)).equals(body)).toBe(true);
  });

  it.each(["gzip", "deflate", "br"])("takes an empty %s body for empty", async (encoding) => {
    expect(await decodeContent(Buffer.alloc(0), encoding, LIMIT)).toHaveLength(0);
  });

  it("accepts exactly the limit", async () => {
    const exact = Buffer.alloc(LIMIT, 97);
    expect(await decodeContent(exact, undefined, LIMIT)).toHaveLength(LIMIT);
    expect(await decodeContent(gzipSync(exact), "gzip", LIMIT)).toHaveLength(LIMIT);
  });

  it.each([
    ["gzip", gzipSync(Buffer.alloc(50_000_000))],
    ["deflate", deflateSync(Buffer.alloc(50_000_000))],
    ["deflate", deflateRawSync(Buffer.alloc(50_000_000))],
    ["br", brotliCompressSync(Buffer.alloc(50_000_000))],
    ["gzip, gzip", gzipSync(gzipSync(Buffer.alloc(50_000_000)))],
    ["gzip", gzipSync(Buffer.alloc(LIMIT + 1))],
    [undefined, Buffer.alloc(LIMIT + 1)],
  ])("stops a %s bomb at the limit", async (encoding, bytes) => {
    const attempt = decodeContent(bytes, encoding, LIMIT);
    await expect(attempt).rejects.toThrow(BodyTooLarge);
    await expect(attempt).rejects.toMatchObject({ limitBytes: LIMIT });
  });

  it.each([
    ["gzip", gzipSync(body).subarray(0, 20), "its gzip data ends unexpectedly"],
    ["gzip", body, "its gzip data is not valid"],
    ["br", body, "its br data is not valid"],
    ["deflate", Buffer.from([0x78, 0x9c, 0xff, 0xff]), "its deflate data is not valid"],
    ["zstd", body, 'the Content-Encoding "zstd" is not supported'],
    ["gzip,gzip,gzip,gzip", gzipSync(body), "it is compressed more than 3 times"],
  ])("refuses %s data that it cannot unpack", async (encoding, bytes, reason) => {
    await expect(decodeContent(bytes, encoding, LIMIT)).rejects.toThrow(new BodyError(reason));
  });
});
