import { createHash, createHmac } from "node:crypto";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { explain } from "./explain";
import { checkOf, OWN_URL, requestWith } from "./testing";
import { body, event, findingsOf, fromGitHub, github, hex, NOW, times } from "./testing-explain";

describe("a signature that differs", () => {
  it.each<[string, string, RegExp]>([
    ["white space", " key\n", /^secret: .*the stored secret without the white space around it\. Store/],
    ["quotes", '"key"', /^secret: .*without its quotes/],
    ["whsec_", "whsec_key", /^secret: .*without whsec_ before it/],
    ["capital letters", "KEY", /^secret: .*in small letters/],
    ["base64", Buffer.from("key").toString("base64"), /^secret: .*decoded from base64/],
    ["hexadecimal", Buffer.from("key").toString("hex"), /^secret: .*decoded from hexadecimal/],
  ])("is traced to %s in the stored secret", (_, current, finding) => {
    expect(findingsOf(github, { current }, fromGitHub(body, hex(body)))).toMatch(finding);
  });

  it("is traced to the secret that was stored before", () => {
    const request = fromGitHub(body, hex(body, "old"));
    expect(findingsOf(github, { current: "new", previous: "old" }, request)).toMatch(
      /^secret: .*stored before\. The sender/,
    );
  });

  const crlf = JSON.stringify(event, null, 2).replaceAll("\n", "\r\n");
  const pretty = JSON.stringify(event, null, 2);
  it.each<[string, string, string, RegExp]>([
    ["lost line break", `${body}\n`, body, /with a line break at its end/],
    ["added line break", body, `${body}\r\n`, /without the line break at its end/],
    ["indented JSON", body, pretty, /written as compact JSON\. Something between/],
    ["compacted JSON", pretty, body, /indented by 2/],
    ["compacted JSON of 4", JSON.stringify(event, null, 4), body, /indented by 4/],
    [
      "JSON of Python",
      '{"a": [1, 2], "b": "x, y: \\u00e9"}',
      '{"a":[1,2],"b":"x, y: é"}',
      /a space after each comma and colon/,
    ],
    ["JSON of PHP", '{"url":"http:\\/\\/x\\/\\u00e9"}', '{"url":"http://x/é"}', /slashes escaped/],
    ["line ends made LF", crlf, pretty, /line breaks written as CR LF/],
    ["line ends made CR LF", "a\nb", "a\r\nb", /line breaks written as LF/],
    ["byte order mark", "a", "\ufeffa", /without its byte order mark/],
    ["unsigned body", "", body, /an empty body/],
  ])("is traced to a body with %s", (_, signed, sent, finding) => {
    const found = findingsOf(github, { current: "key" }, fromGitHub(sent, hex(signed)));
    expect(found).toMatch(/^body: /);
    expect(found).toMatch(finding);
  });

  it("is traced to ISO-8859-1", () => {
    const request = fromGitHub("né", hex(Buffer.from("né", "latin1")));
    expect(findingsOf(github, { current: "key" }, request)).toMatch(/^body: .*ISO-8859-1 instead of UTF-8/);
  });

  it("is traced to another algorithm, encoding or prefix", () => {
    const check = checkOf({ kind: "hmac", header: "X-Sig", prefix: "sha256=" });
    const of = (value: string) => findingsOf(check, { current: "key" }, requestWith(body, { "X-Sig": value }));
    expect(of(`sha256=${hex(body, "key", "sha1")}`)).toMatch(/^algorithm: .*SHA-1 instead of SHA-256/);
    expect(of(`sha512=${hex(body, "key", "sha512")}`)).toMatch(
      /SHA-512 instead of SHA-256, and the prefix sha512= instead/,
    );
    expect(of(`sha256=${Buffer.from(hex(body), "hex").toString("base64")}`)).toMatch(
      /^form: .*base64 instead of hexadecimal/,
    );
    expect(of(hex(body))).toMatch(/^form: .*no prefix instead of the prefix sha256=/);
    expect(of(`sha256=${hex(body)},sha256=${hex(body, "other")}`)).toMatch(/^form: .*Look how several are separated/);
    expect(of("sha256=???")).toMatch(/^form: X-Sig holds nothing that can be a signature/);
  });

  it("is traced to another form of what is signed", () => {
    const check = checkOf({
      kind: "hmac",
      header: "X-Sig",
      signed: "{timestamp}{body}",
      time: { source: "header", header: "X-Time" },
    });
    const time = String(NOW / 1_000);
    const of = (signed: string) =>
      findingsOf(check, { current: "key" }, requestWith(body, { "X-Time": time, "X-Sig": signed }));
    expect(of(hex(`${time}.${body}`))).toMatch(/^form: .*\{timestamp\}\.\{body\} as what is signed/);
    expect(of(hex(body))).toMatch(/^form: .*\{body\} as what is signed/);
    expect(of(createHash("sha256").update(`key${time}${body}`).digest("hex"))).toMatch(/^form: .*a plain digest/);
  });

  it.each<[string, Record<string, string>]>([
    [OWN_URL.replace("https", "http"), {}],
    [`${OWN_URL}/`, {}],
    [OWN_URL.replace("spoke.example", "hooks.example.org"), { "X-Forwarded-Host": "hooks.example.org" }],
  ])("is traced to the URL %s", (url, headers) => {
    const signature = createHmac("sha256", "key")
      .update(url + body)
      .digest("base64");
    const request = requestWith(body, { ...headers, "X-Square-HmacSha256-Signature": signature });
    expect(findingsOf(checkOf({ kind: "square" }), { current: "key" }, request)).toMatch(
      `url: The signature is right for the URL ${url}.`,
    );
  });

  it("is traced to a query that was added on the way", () => {
    const signature = createHmac("sha256", "key")
      .update(OWN_URL + body)
      .digest("base64");
    const request = requestWith(body, { "X-Square-HmacSha256-Signature": signature }, { url: `${OWN_URL}?utm=1` });
    expect(findingsOf(checkOf({ kind: "square" }), { current: "key" }, request)).toMatch(
      `url: The signature is right for the URL ${OWN_URL}.`,
    );
  });

  it("names two differences at once", () => {
    const found = findingsOf(github, { current: " key " }, fromGitHub(body, hex(`${body}\n`)));
    expect(found).toMatch(/without the white space around it, and the body with a line break at its end/);
  });

  it("is put down to another secret or body when nothing fits", () => {
    const found = findingsOf(github, { current: "key" }, fromGitHub(body, hex(body, "unknown")));
    expect(found).toMatch(/^nothing-matches: None of \d+ variations/);
  });

  it("costs no more for a large body", () => {
    const large = Buffer.alloc(8 * 1024 * 1024, "x");
    const found = findingsOf(github, { current: "key" }, fromGitHub(large, hex("other")));
    expect(found).toMatch(/^not-all-tried: /);
    expect(
      findingsOf(github, { current: "key" }, fromGitHub(large, hex(Buffer.concat([large, Buffer.from("\n")])))),
    ).toMatch(/line break/);
  });
});

describe("the sender's own library", () => {
  const stripe = new Stripe("sk_test_none");
  const sign = (secret: string, timestamp = NOW / 1_000) =>
    stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  const toStripe = (header: string, sent = body) => requestWith(sent, { "Stripe-Signature": header });
  const check = checkOf({ kind: "stripe" });

  it("signs with a time that is too old: right but late", () => {
    const { reason, findings, summary } = explain(
      check,
      { current: "whsec_1" },
      toStripe(sign("whsec_1", NOW / 1_000 - 423)),
      times,
    );
    expect(reason).toEqual({ code: "time-off", seconds: 423, toleranceSeconds: 300 });
    expect(summary).toContain("off by 423 s");
    expect(findings.map(({ code }) => code)).toEqual(["right-but-late", "time"]);
    expect(findings[1]?.text).toContain("7 min 3 s before it came");
  });

  it("signs with a clock that is fast, or in another zone", () => {
    expect(findingsOf(check, { current: "whsec_1" }, toStripe(sign("whsec_1", NOW / 1_000 + 900)))).toMatch(
      /15 min after it came/,
    );
    expect(findingsOf(check, { current: "whsec_1" }, toStripe(sign("whsec_1", NOW / 1_000 - 7_190)))).toMatch(
      /about 2 h away/,
    );
  });

  it("signs late and with a secret stored in another way", () => {
    const found = findingsOf(check, { current: "1" }, toStripe(sign("whsec_1", NOW / 1_000 - 423)));
    expect(found).toMatch(/^time: .*\nsecret: .*with whsec_ before it/);
  });

  it("signs by Standard Webhooks: secrets are said to be unusable, raw or stored with blanks", () => {
    const standard = checkOf({ kind: "standard-webhooks" });
    const secret = Buffer.from("a secret of twenty-four!").toString("base64");
    const headers = (key: StandardWebhook) => ({
      "webhook-id": "msg_1",
      "webhook-timestamp": String(NOW / 1_000),
      "webhook-signature": key.sign("msg_1", new Date(NOW), body),
    });
    const asText = requestWith(body, headers(new StandardWebhook(secret, { format: "raw" })));
    expect(findingsOf(standard, { current: secret }, asText)).toMatch(/^secret: .*taken as text/);
    const request = requestWith(body, headers(new StandardWebhook(secret)));
    expect(findingsOf(standard, { current: ` ${secret}` }, request)).toMatch(/^secret: .*white space/);
    expect(findingsOf(standard, { current: "what?" }, request)).toMatch(/^secret: .*not base64/);
  });
});
