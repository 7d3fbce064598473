import { describe, expect, it } from "vitest";
import { type CsvCell, csvResponse, toCsvLine } from "./csv";

describe("toCsvLine", () => {
  it.each<[CsvCell[], string]>([
    [["a", 1, null, -2.5], "a,1,,-2.5"],
    [["a,b", 'say "hi"', "two\nlines", " edge"], '"a,b","say ""hi""","two\nlines"," edge"'],
    [["=1+1", "+1", "-1", "@a", "\tx"], "'=1+1,'+1,'-1,'@a,'\tx"],
    [['=HYPERLINK("x",1)'], '"\'=HYPERLINK(""x"",1)"'],
    [["a=b", "Ünï"], "a=b,Ünï"],
  ])("writes %j", (cells, line) => {
    expect(toCsvLine(cells)).toBe(`${line}\r\n`);
  });
});

describe("csvResponse", () => {
  it("reads a page only when the client has taken the one before", async () => {
    let pages = 0;
    async function* endless(): AsyncGenerator<CsvCell[][]> {
      for (;;) yield [[++pages]];
    }
    const response = csvResponse("numbers of März.csv", ["n"], endless());
    expect(response.headers.get("content-disposition")).toBe(
      "attachment; filename=\"numbers of M_rz.csv\"; filename*=UTF-8''numbers%20of%20M%C3%A4rz.csv",
    );
    const reader = response.body!.getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect([await read(), await read()]).toEqual(["n\r\n", "1\r\n"]);
    await reader.cancel();
    expect(pages).toBeLessThan(4);
  });

  it("ends with the last page", async () => {
    async function* one(): AsyncGenerator<CsvCell[][]> {
      yield [["a"], ["b"]];
    }
    expect(await csvResponse("x.csv", ["h"], one()).text()).toBe("h\r\na\r\nb\r\n");
  });
});
