import { describe, expect, it } from "vitest";
import { keptConsole, mayDeclare } from "./script";

describe("mayDeclare", () => {
  it("is false only for code that can't declare the function", () => {
    expect(mayDeclare("const after_webhook = () => {};", "after_webhook")).toBe(true);
    expect(mayDeclare("function after\\u005fwebhook() {}", "after_webhook")).toBe(true);
    expect(mayDeclare("function before_webhook() {}", "after_webhook")).toBe(false);
  });
});

describe("keptConsole", () => {
  const line = (text: string) => ({ level: "log" as const, text });

  it("keeps nothing where nothing was written", () => {
    expect(keptConsole([])).toBeUndefined();
  });

  it("keeps the first lines, and cuts the one that is too long", () => {
    const kept = keptConsole([line("a"), line("b".repeat(3_000)), line("c")])!;
    expect(kept.map(({ text }) => text.length)).toEqual([1, 2_047]);
    expect(kept[1]!.text.endsWith("b…")).toBe(true);
  });

  it("keeps few of many empty lines", () => {
    expect(keptConsole(Array.from({ length: 5_000 }, () => line("")))).toHaveLength(2_048);
  });
});
