import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePastedRequest } from "./pasted-request";
import { splitShellWords } from "./shell-words";

const read = (text: string) => parsePastedRequest(text);

describe("a pasted request", () => {
  it("may be headers, a blank line and a body", () => {
    expect(read('X-Signature: sha256=ab\nContent-Type:application/json\n\n{"a":1}\n')).toEqual({
      request: {
        method: "POST",
        query: "",
        headers: [
          ["X-Signature", "sha256=ab"],
          ["Content-Type", "application/json"],
        ],
        body: '{"a":1}\n',
      },
    });
  });

  it("may have its request line, and line ends of any kind", () => {
    const text = "\nPUT /api/webhook/abc?a=1&b=2 HTTP/1.1\r\nHost: x\r\n\r\none\r\n\r\ntwo";
    expect(read(text)).toEqual({
      request: { method: "PUT", query: "a=1&b=2", headers: [["Host", "x"]], body: "one\r\n\r\ntwo" },
    });
  });

  it("may have no body, or no headers at all", () => {
    expect(read("A: b\n")).toMatchObject({ request: { headers: [["A", "b"]], body: "" } });
    expect(read("GET /x?y=1")).toMatchObject({ request: { method: "GET", query: "y=1", headers: [] } });
    expect(read("  ")).toMatchObject({ request: { headers: [], body: "" } });
  });

  it("says which line is no header", () => {
    expect(read('A: b\n{"a":1}')).toEqual({
      problem: "Line 2 is no header. Write headers like Name: value, then a blank line, then the body.",
    });
  });
});

describe("a pasted curl command", () => {
  it("is read with its quotes and its continued lines", () => {
    const text = `curl -sS -X POST 'https://spoke.example/api/webhook/abc?k=1' \\
      -H "X-Signature: a\\"b" --header='Content-Type: application/json' \\
      --data-raw '{"name":"O'\\''Brien"}' -o /dev/null`;
    expect(read(text)).toEqual({
      request: {
        method: "POST",
        query: "k=1",
        headers: [
          ["X-Signature", 'a"b'],
          ["Content-Type", "application/json"],
        ],
        body: `{"name":"O'Brien"}`,
      },
    });
  });

  it("has the defaults that curl has", () => {
    expect(read("curl https://x.example/y")).toMatchObject({ request: { method: "GET", body: "" } });
    expect(read("curl https://x.example/y -d a=1 -d b=2 -u me:pw")).toEqual({
      request: {
        method: "POST",
        query: "",
        headers: [
          ["Authorization", "Basic bWU6cHc="],
          ["Content-Type", "application/x-www-form-urlencoded"],
        ],
        body: "a=1&b=2",
      },
    });
    expect(read(`curl --json '{}' https://x.example`)).toMatchObject({
      request: { headers: [["Content-Type", "application/json"]], body: "{}" },
    });
    expect(read(`curl https://x.example -d $'a\\nb\\'c'`)).toMatchObject({ request: { body: "a\nb'c" } });
  });

  it.each([
    ["curl 'https://x.example", "A quote in the command is not closed."],
    ["curl https://x.example -H", "-H has no value."],
    ["curl https://x.example -H nothing", '"nothing" is no header.'],
    ["curl https://x.example -d @body.json", "The command reads its body from a file."],
  ])("says what is wrong with %s", (text, problem) => {
    expect(read(text)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});

describe("splitShellWords", () => {
  it("gives back what was quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
        expect(splitShellWords(quoted)).toEqual(words);
      }),
    );
  });
});
