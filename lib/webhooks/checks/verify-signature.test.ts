import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOf, OWN_URL, requestWith } from "./testing";
import { verifyRequest } from "./verify";

const NOW = Date.UTC(2026, 10, 22, 2, 0, 0);
const ok = { ok: true };
const refusal = (reason: object) => ({ ok: false, reason });
const hmac = (text: string | Buffer, { secret = "key", algorithm = "sha256" } = {}) =>
  createHmac(algorithm, secret).update(text);

describe("a signature by settings", () => {
  it.each(
    ["sha1", "sha256", "sha384", "sha512"].flatMap((algorithm) =>
      (["hex", "base64", "base64url"] as const).map((encoding) => ({ algorithm, encoding })),
    ),
  )("is accepted as $algorithm in $encoding, with two secrets, and for this body alone", ({ algorithm, encoding }) => {
    const check = checkOf({ kind: "hmac", header: "X-Sig", algorithm, encoding, prefix: "sig=" });
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), fc.nat(), (bytes, secret, at) => {
        fc.pre(secret.trim() !== "");
        const body = Buffer.from(bytes);
        const request = requestWith(body, { "x-sig": `sig=${hmac(body, { secret, algorithm }).digest(encoding)}` });
        expect(verifyRequest(check, { current: secret }, request, NOW)).toEqual(ok);
        expect(verifyRequest(check, { current: "other", next: secret }, request, NOW)).toEqual(ok);
        expect(verifyRequest(check, { current: `${secret}x` }, request, NOW)).toEqual(
          refusal({ code: "signature-differs" }),
        );
        const changed = Buffer.concat([body, Buffer.from("x")]);
        changed[at % changed.length]! ^= 1;
        expect(verifyRequest(check, { current: secret }, { ...request, rawBody: changed }, NOW)).toEqual(
          refusal({ code: "signature-differs" }),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("covers every piece of the request that its text names", () => {
    const check = checkOf({
      kind: "hmac",
      header: "X-Sig",
      signed: "v1:{method}\\n{url}|{path}|{query}|{header:X-Shop}|{id}|{timestamp}|{body}",
      idHeader: "X-Id",
      time: { source: "header", header: "X-Time", format: "iso" },
    });
    const url = `${OWN_URL}?a=1`;
    const time = "2026-11-22T02:00:00.5+00:00";
    const text = `v1:POST\n${url}|/api/webhook/6tV9nC3kQ0xZ8bLr2mYw5A|a=1|shöp|id-1|${time}|{}`;
    const headers = {
      "X-Shop": Buffer.from("shöp").toString("latin1"),
      "X-Id": "id-1",
      "X-Time": time,
      "X-Sig": hmac(text).digest("hex"),
    };
    const verify = (changed: object, more = {}) =>
      verifyRequest(check, { current: "key" }, requestWith("{}", { ...headers, ...changed }, { url, ...more }), NOW);
    const differs = refusal({ code: "signature-differs" });
    expect(verify({})).toEqual(ok);
    expect(verify({ "X-Shop": "shop" })).toEqual(differs);
    expect(verify({ "X-Id": "id-2" })).toEqual(differs);
    expect(verify({ "X-Time": "2026-11-22T02:00:01Z" })).toEqual(differs);
    expect(verify({}, { method: "PUT" })).toEqual(differs);
    expect(verify({}, { url: `${OWN_URL}?a=2` })).toEqual(differs);
    const { "X-Shop": _, ...without } = headers;
    expect(verifyRequest(check, { current: "key" }, requestWith("{}", without, { url }), NOW)).toEqual(
      refusal({ code: "header-missing", header: "x-shop" }),
    );
  });

  it("takes keys in base64 and hexadecimal, and refuses all with a secret that is neither", () => {
    const key = Buffer.from("00ff10", "hex");
    const request = requestWith("{}", { "X-Sig": createHmac("sha256", key).update("{}").digest("hex") });
    const verify = (secretFormat: string, current: string) =>
      verifyRequest(checkOf({ kind: "hmac", header: "X-Sig", secretFormat }), { current }, request, NOW);
    expect(verify("base64", key.toString("base64"))).toEqual(ok);
    expect(verify("hex", "00FF10")).toEqual(ok);
    expect(verify("hex", "00ff1")).toEqual(refusal({ code: "secret-unusable" }));
    expect(verify("base64", "not base64!")).toEqual(refusal({ code: "secret-unusable" }));
  });

  it("counts over a compressed body as it came and as it was before", () => {
    const check = checkOf({ kind: "hmac", header: "X-Sig" });
    const decodedBody = Buffer.from('{"a":1}');
    const rawBody = gzipSync(decodedBody);
    const verify = (signed: Buffer) => {
      const headers = { "X-Sig": hmac(signed).digest("hex"), "Content-Encoding": "gzip" };
      return verifyRequest(check, { current: "key" }, { ...requestWith(rawBody, headers), decodedBody }, NOW);
    };
    expect(verify(rawBody)).toEqual(ok);
    expect(verify(decodedBody)).toEqual(ok);
    expect(verify(Buffer.from("{}"))).toEqual(refusal({ code: "signature-differs" }));
  });

  const digest = hmac("{}").digest("hex");
  it.each([
    ["", { code: "malformed", where: "X-Sig", problem: "empty" }],
    [digest, { code: "malformed", where: "X-Sig", problem: "no-signature" }],
    ["s=", { code: "malformed", where: "X-Sig", problem: "not-decodable" }],
    [`s=${digest.slice(1)}`, { code: "malformed", where: "X-Sig", problem: "not-decodable" }],
    [`s=${digest.slice(2)}`, { code: "malformed", where: "X-Sig", problem: "wrong-length" }],
    [`s=${digest}00`, { code: "malformed", where: "X-Sig", problem: "wrong-length" }],
    [`s=${digest.slice(0, -1)}g`, { code: "malformed", where: "X-Sig", problem: "not-decodable" }],
    [`S=${digest}`, { code: "malformed", where: "X-Sig", problem: "no-signature" }],
    [`s=${"0".repeat(64)};s=${"1".repeat(64)}`, { code: "signature-differs" }],
    [`${"s=0;".repeat(20)}s=${digest}`, { code: "malformed", where: "X-Sig", problem: "too-many-signatures" }],
    [`s=${"0".repeat(9_000)}`, { code: "malformed", where: "X-Sig", problem: "too-long" }],
  ])("is refused when its header is %j", (value, reason) => {
    const check = checkOf({ kind: "hmac", header: "X-Sig", prefix: "s=", separator: ";" });
    expect(verifyRequest(check, { current: "key" }, requestWith("{}", { "X-Sig": value }), NOW)).toEqual(
      refusal(reason),
    );
  });

  const bytes = Buffer.from(digest, "hex");
  it.each<["base64" | "base64url", string, boolean]>([
    ["base64", bytes.toString("base64"), true],
    ["base64", bytes.toString("base64").replace(/=+$/, ""), true],
    ["base64", `${bytes.toString("base64")}=`, false],
    ["base64", `!${bytes.toString("base64")}`, false],
    ["base64", bytes.toString("base64").replace(/^(.{9})/, "$1 "), false],
    ["base64", `${bytes.toString("base64")}AAAA`, false],
    ["base64url", bytes.toString("base64url"), true],
    ["base64url", `${bytes.toString("base64url")}=`, true],
    ["base64url", `${bytes.toString("base64url")}.`, false],
  ])("has to be exact %s: %s is accepted: %s", (encoding, value, accepted) => {
    const check = checkOf({ kind: "hmac", header: "X-Sig", encoding });
    const request = requestWith("{}", { "X-Sig": value });
    expect(verifyRequest(check, { current: "key" }, request, NOW).ok).toBe(accepted);
  });

  it("is refused when its header comes twice, even with the right signature", () => {
    const check = checkOf({ kind: "hmac", header: "X-Sig" });
    const headers = [
      ["X-Sig", digest],
      ["x-sig", digest],
    ] as const;
    expect(verifyRequest(check, { current: "key" }, { ...requestWith("{}", {}), headers }, NOW)).toEqual(
      refusal({ code: "header-repeated", header: "X-Sig" }),
    );
  });

  it("is refused while its settings can't be used", () => {
    for (const settings of [
      {},
      { header: "X-Sig", signed: "{nothing}" },
      { header: "X-Sig", signed: "{timestamp}{body}" },
    ]) {
      const check = checkOf({ kind: "hmac", ...settings });
      expect(verifyRequest(check, { current: "key" }, requestWith("{}", { "X-Sig": digest }), NOW)).toEqual(
        refusal({ code: "check-unusable" }),
      );
    }
  });
});

describe("the time of a signature", () => {
  const seconds = NOW / 1_000;
  const at = (time: string, format: string, now = NOW) => {
    const check = checkOf({
      kind: "hmac",
      header: "X-Sig",
      signed: "{timestamp}{body}",
      time: { source: "header", header: "X-Time", format, toleranceSeconds: 60 },
    });
    const request = requestWith("{}", { "X-Time": time, "X-Sig": hmac(`${time}{}`).digest("hex") });
    return verifyRequest(check, { current: "key" }, request, now);
  };
  const off = (by: number) => refusal({ code: "time-off", seconds: by, toleranceSeconds: 60 });

  it.each([
    [String(seconds), "unix-seconds", ok],
    [String(seconds - 60), "unix-seconds", ok],
    [String(seconds + 60), "unix-seconds", ok],
    [String(seconds - 61), "unix-seconds", off(61)],
    [String(seconds + 61), "unix-seconds", off(-61)],
    ["99999999999", "unix-seconds", off(seconds - 99_999_999_999)],
    ["0", "unix-seconds", off(seconds)],
    [String(NOW - 60_001), "unix-milliseconds", off(61)],
    [String(NOW), "unix-milliseconds", ok],
    ["2026-11-22T02:00:00Z", "iso", ok],
    ["2026-11-22 03:00:30+01:00", "iso", ok],
    ["2026-11-22T01:00:00Z", "iso", off(3_600)],
  ])("%s as %s is held against the clock", (time, format, result) => expect(at(time, format)).toEqual(result));

  it.each([
    [String(NOW), "unix-seconds"],
    ["-5", "unix-seconds"],
    ["1e9", "unix-seconds"],
    ["0x10", "unix-seconds"],
    [`${seconds}.5`, "unix-seconds"],
    ["Infinity", "unix-milliseconds"],
    ["2026-11-22", "iso"],
    ["2026-13-22T02:00:00Z", "iso"],
    ["yesterday", "iso"],
    [String(seconds), "iso"],
  ])("%s is no time as %s", (time, format) =>
    expect(at(time, format)).toEqual(refusal({ code: "malformed", where: "X-Time", problem: "not-a-time" })),
  );

  it.each([
    [`v1=${hmac(`${seconds}.{}`).digest("hex")}`, { code: "malformed", where: "Stripe-Signature", problem: "no-time" }],
    [
      `t=${seconds},t=${seconds},v1=${hmac(`${seconds}.{}`).digest("hex")}`,
      { code: "malformed", where: "Stripe-Signature", problem: "not-a-time" },
    ],
    [
      `t=${seconds - 301},v1=${hmac(`${seconds - 301}.{}`).digest("hex")}`,
      { code: "time-off", seconds: 301, toleranceSeconds: 300 },
    ],
    [`t=${seconds}`, { code: "malformed", where: "Stripe-Signature", problem: "no-signature" }],
  ])("among the signatures has to be there once: %s", (value, reason) => {
    const request = requestWith("{}", { "Stripe-Signature": value });
    expect(verifyRequest(checkOf({ kind: "stripe" }), { current: "key" }, request, NOW)).toEqual(refusal(reason));
  });
});
