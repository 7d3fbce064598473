import { afterAll, beforeAll, expect, it } from "vitest";
import type { ScriptForm } from "./job";
import type { ScriptPool } from "./pool";
import { newTestPool, PATIENT } from "./testing";

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ threads: 1, limits: PATIENT });
});
afterAll(() => pool.close());

it.each<[form: ScriptForm, code: string, line: number, column: number]>([
  ["expression", "1 + * 2", 1, 5],
  ["expression", "1 +\n* 2", 2, 1],
  ["expression", "a * b + * 2", 1, 9],
  ["expression", "1 +", 1, 4],
  ["expression", "(1 + 2))", 1, 8],
  ["expression", "f(a) + g(b +)", 1, 13],
  ["expression", "a\n b", 2, 2],
  ["step", "const a = 1;\nreturn a + * 2", 2, 12],
  ["step", "return (1", 1, 10],
  ["events", "function f() {\n  return 1 +;\n}", 2, 13],
])("of the form %s, %j is wrong in line %i, column %i", async (form, code, line, column) => {
  const { error } = await pool.check({ accountId: "a", form, code });
  expect(error).toMatchObject({ kind: "syntax", line, column });
});

it.each<[form: ScriptForm, code: string]>([
  ["expression", "steps.a +"],
  ["expression", "f(1,\n  g("],
  ["step", "if (a) { return 1"],
])("of the form %s, %j ends too early", async (form, code) => {
  const { error } = await pool.check({ accountId: "a", form, code });
  expect(error?.message).toBe("the code ends too early");
});

it("leaves the column out where nothing says it", async () => {
  const { error } = await pool.check({ accountId: "a", form: "step", code: "let a;\nlet a;\nreturn 1;" });
  expect(error).toMatchObject({ kind: "syntax", line: 2 });
  expect(error).not.toHaveProperty("column");
});
