import { expect, it } from "vitest";
import { curlFor } from "./curl";

const url = "https://spoke.example/api/webhook/abc";

it("posts the sample's body with its quotes safe for a shell", () => {
  expect(curlFor(url, { name: "O'Brien" })).toBe(
    `curl -X POST '${url}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"name":"O'\\''Brien"}'`,
  );
});

it("posts an example when the sample is long, or missing", () => {
  expect(curlFor(url, undefined)).toContain('"A-10"');
  expect(curlFor(url, { text: "x".repeat(3_000) })).toContain('"A-10"');
});
