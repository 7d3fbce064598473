import { describe, expect, it } from "vitest";
import { secretName } from "@/lib/steps/secret-name";
import {
  checkSecretNames,
  Duplicates,
  hasPresetId,
  newCheck,
  secretsOf,
  securityProblems,
  WebhookCheck,
} from "./webhook-check";
import { checkWords } from "./webhook-senders";

const kinds = WebhookCheck.options.map((option) => option.shape.kind.value);
const off: Duplicates = { kind: "off" };
const problemsOf = (settings: object, duplicates: object = off) =>
  securityProblems(WebhookCheck.parse(settings), Duplicates.parse(duplicates)).map(
    ({ field, part }) => `${field}.${part}`,
  );

describe("WebhookCheck", () => {
  it.each(kinds)("makes %s of its kind alone, with words for it", (kind) => {
    const check = newCheck(kind);
    expect(check.kind).toBe(kind);
    expect(WebhookCheck.parse(JSON.parse(JSON.stringify(check)))).toEqual(check);
    expect(checkWords[kind].label).not.toBe("");
    expect(checkWords[kind].secretLabel === "").toBe(secretsOf(check).length === 0);
    expect(checkWords[kind].id !== undefined).toBe(hasPresetId(check));
  });

  it.each(kinds.filter((kind) => !["token", "basic", "hmac"].includes(kind)))(
    "needs nothing but its secret for %s",
    (kind) => {
      expect(problemsOf({ kind })).toEqual([]);
    },
  );

  it("allows 5 minutes unless it says otherwise, and never more than a day", () => {
    expect(WebhookCheck.parse({ kind: "stripe" })).toEqual({ kind: "stripe", toleranceSeconds: 300 });
    for (const toleranceSeconds of [0, -1, 1.5, 86_401])
      expect(WebhookCheck.safeParse({ kind: "stripe", toleranceSeconds }).success).toBe(false);
  });

  it("keeps secrets out of settings", () => {
    const parsed = WebhookCheck.parse({ kind: "basic", user: "spoke", password: "x", secret: "x" });
    expect(parsed).toEqual({ kind: "basic", user: "spoke" });
  });
});

describe("secretsOf", () => {
  it("names the secret and the next one, as fields with these names and -secret store them", () => {
    expect(secretsOf(newCheck("github"))).toEqual([
      { name: "check", required: true },
      { name: "check-next", required: false },
    ]);
    for (const name of Object.values(checkSecretNames)) expect(secretName({ key: `${name}-secret` })).toBe(name);
    expect(secretsOf(newCheck("none"))).toEqual([]);
  });
});

describe("securityProblems", () => {
  const time = { source: "header", header: "X-Time" };
  const sig = { kind: "hmac", header: "X-Sig" };

  it.each([
    [{ kind: "token" }, ["check.name"]],
    [{ kind: "token", in: "query" }, ["check.name"]],
    [{ kind: "token", name: "X Token" }, ["check.name"]],
    [{ kind: "token", in: "query", name: "my token" }, []],
    [{ kind: "basic" }, ["check.user"]],
    [{ kind: "basic", user: "a:b" }, ["check.user"]],
    [{ kind: "hmac" }, ["check.header"]],
    [sig, []],
    [{ ...sig, signed: "{body" }, ["check.signed"]],
    [{ ...sig, signed: "{bodi}" }, ["check.signed"]],
    [{ ...sig, signed: " " }, ["check.signed"]],
    [{ ...sig, signed: "{url}" }, ["check.signed"]],
    [{ ...sig, signed: "{body}", time }, ["check.signed"]],
    [{ ...sig, signed: "{timestamp}.{body}", time }, []],
    [{ ...sig, signed: "{timestamp}.{body}", time: { source: "header" } }, ["check.time"]],
    [{ ...sig, signed: "{timestamp}.{body}", time: { source: "signature", key: "" } }, ["check.time"]],
    [{ ...sig, signed: "{timestamp}.{body}" }, ["check.time"]],
    [{ ...sig, signed: "{id}.{header:X-Shop}.{body}" }, ["check.idHeader"]],
    [{ kind: "square", signedUrl: "hooks.example.org" }, ["check.signedUrl"]],
    [{ kind: "square", signedUrl: "https://hooks.example.org/in" }, []],
    [{ kind: "twilio", signedUrl: "https://hooks.example.org/in?x=1" }, ["check.signedUrl"]],
  ])("of the check %j are %j", (check, problems) => expect(problemsOf(check)).toEqual(problems));

  it.each([
    [{ kind: "header" }, ["duplicates.header"]],
    [{ kind: "header", header: "Idempotency-Key" }, []],
    [{ kind: "body" }, ["duplicates.path"]],
    [{ kind: "body", path: "order..id" }, ["duplicates.path"]],
    [{ kind: "body", path: 'order["a.b"][0].id' }, []],
    [{ kind: "query" }, ["duplicates.parameter"]],
    [{ kind: "preset" }, ["duplicates.kind"]],
  ])("of duplicates by %j are %j", (duplicates, problems) => {
    expect(problemsOf({ kind: "none" }, duplicates)).toEqual(problems);
  });

  it("are none for a preset's id where the check has a preset", () => {
    expect(problemsOf({ kind: "stripe" }, { kind: "preset" })).toEqual([]);
  });
});

describe("Duplicates", () => {
  it("have a window of 1 second to 31 days", () => {
    expect(Duplicates.parse({ kind: "preset" })).toEqual({ kind: "preset", windowSeconds: 86_400 });
    for (const windowSeconds of [1, 31 * 86_400])
      expect(Duplicates.safeParse({ kind: "preset", windowSeconds }).success).toBe(true);
    for (const windowSeconds of [0, 31 * 86_400 + 1, 0.5])
      expect(Duplicates.safeParse({ kind: "preset", windowSeconds }).success).toBe(false);
  });
});
