import { gzipSync } from "node:zlib";
import webhooks from "@octokit/webhooks-examples";
import { describe, expect, it } from "vitest";
import { decodeBody } from "./decode";
import { decodeContent } from "./decompress";

const events = webhooks.map(({ name, examples }) => ({ name, examples: examples as object[] }));

describe("decodeBody on GitHub's payloads", () => {
  it.each(events)("gives $name as it was sent, in every form of sending", async ({ examples }) => {
    for (const example of examples) {
      const text = JSON.stringify(example);
      const expected = JSON.parse(text);
      const json = (bytes: Buffer) => decodeBody({ contentType: "application/json", bytes });
      expect(json(Buffer.from(text))).toEqual(expected);
      expect(json(Buffer.from(JSON.stringify(example, null, 2)))).toEqual(expected);
      expect(json(Buffer.from(`\ufeff${text}`, "utf16le"))).toEqual(expected);
      expect(json(await decodeContent(gzipSync(text), "gzip", 10_000_000))).toEqual(expected);
      const form = Buffer.from(new URLSearchParams({ payload: text }).toString());
      const payload = decodeBody({ contentType: "application/x-www-form-urlencoded", bytes: form });
      expect(payload).toEqual({ payload: text });
    }
  });
});
