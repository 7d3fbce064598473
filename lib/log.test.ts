import { describe, expect, it } from "vitest";
import { createLog } from "./log";

/** What a logger writes of one call, as text and as what the text says. */
function written(write: (log: ReturnType<typeof createLog>) => void, level = "info") {
  const lines: string[] = [];
  write(createLog(level, { write: (line) => void lines.push(line) }));
  return { text: lines.join(""), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const SECRET = "kept-from-everyone-4711";
const IDENTIFIER = "Zz9yXw8vUt7sRq6pOn5mLk";

describe("a log line", () => {
  it("is one JSON object with time, level and message", () => {
    const { text, lines } = written((log) => log.info({ transaction: "t1", ms: 1.5 }, "settled"));
    expect(text.endsWith("}\n")).toBe(true);
    expect(lines).toEqual([
      { level: "info", time: expect.stringMatching(/^\d{4}-.+Z$/), transaction: "t1", ms: 1.5, msg: "settled" },
    ]);
  });

  it.each([
    ["an Authorization header", { headers: { Authorization: `Bearer ${SECRET}` } }],
    ["a header without a scheme", { headers: { authorization: SECRET } }],
    ["headers in a list", { headers: [["Authorization", `Basic ${SECRET}`]] }],
    ["headers in a flat list", { headers: ["Cookie", `a=${SECRET}; b="${SECRET}"`, "Accept", "*/*"] }],
    ["cookies", { request: { headers: { cookie: `session=${SECRET}` } } }],
    ["cookies that are set", { response: { "Set-Cookie": [`a=${SECRET}`, `b=${SECRET}`] } }],
    ["a session cookie inside a text", { problem: `got __Secure-next-auth.session-token=${SECRET}; path=/` }],
    ["a token", { token: SECRET }],
    ["a status token", { deep: { deeper: { statusToken: SECRET } } }],
    ["a password with quotes", { password: `a"${SECRET}\\` }],
    ["an API key", { problem: `the key spk_${SECRET} isn't known` }],
    ["a bearer token inside a text", { problem: `sent Authorization: Bearer ${SECRET}` }],
    ["a database address", { problem: `could not connect to postgresql://spoke:${SECRET}@db:5432/spoke` }],
    ["a webhook's identifier", { identifier: SECRET }],
    ["a webhook's path", { url: `/api/webhook/${SECRET}?a=1` }],
    ["a webhook's address", { problem: `https://spoke.example.com/api/webhook/${SECRET}, again` }],
    ["a status address", { url: `/api/status/${SECRET}` }],
  ])("never shows %s", (_what, fields) => {
    const { text, lines } = written((log) => log.info(fields, "a line"));
    expect(text).not.toContain(SECRET);
    expect(lines).toHaveLength(1);
    expect(text).toContain("(hidden)");
  });

  it("never shows secrets of an error's message and stack", () => {
    const error = new Error(`POST /api/webhook/${IDENTIFIER} failed with Bearer ${SECRET}`);
    const { text, lines } = written((log) => log.error({ err: error }, "failed"));
    expect(text).not.toContain(IDENTIFIER);
    expect(text).not.toContain(SECRET);
    expect(lines[0]).toMatchObject({ err: { type: "Error", stack: expect.stringContaining("log.test.ts") } });
  });

  it("shows of a database error what it is, not the row that it quotes", () => {
    const error = Object.assign(new Error("duplicate key value violates unique constraint"), {
      severity: "ERROR",
      code: "23505",
      table: "User",
      detail: `Key (email)=(${SECRET}) already exists.`,
      where: `COPY line 1: "${SECRET}"`,
    });
    const { text, lines } = written((log) => log.error({ err: error }, "failed"));
    expect(text).not.toContain(SECRET);
    expect(lines[0]).toMatchObject({
      err: { code: "23505", table: "User", message: expect.stringContaining("unique") },
    });
  });

  it("keeps what is no secret", () => {
    const fields = {
      transaction: "0190f3d2-7c1a-7abc-9def-0123456789ab",
      cookieCount: 2,
      tokens: 7,
      path: "/api/v1/me",
      kind: "token",
      field: 1,
    };
    expect(written((log) => log.info(fields, "a line")).lines[0]).toMatchObject(fields);
  });
});

describe("the level", () => {
  it("leaves out what is below, until it is changed", () => {
    const { lines } = written((log) => {
      log.debug("before");
      log.level = "debug";
      log.debug("after");
    });
    expect(lines.map((line) => line.msg)).toEqual(["after"]);
  });
});
