import { expect, test } from "vitest";
import { isLong } from "./summarise";
import type { PreparedTransaction } from "./versions";

const continuations = { newest: 1 };

test.each<[string, boolean, Partial<PreparedTransaction>]>([
  ["31 short checkpoints are read", false, { continuations, steps: Array(31).fill("[]") }],
  ["32 are", true, { continuations, steps: Array(32).fill("[]") }],
  ["8 long ones are", true, { continuations, steps: Array(8).fill("x".repeat(131_072)) }],
  ["8 shorter ones are", false, { continuations, steps: Array(8).fill("x".repeat(131_071)) }],
  ["7 longer ones are", false, { continuations, steps: Array(7).fill("x".repeat(500_000)) }],
  ["many are of one that nothing has continued", false, { steps: Array(1_000).fill("[]") }],
])("where %s, what they have left is stored: %s", (_, stored, loaded) => {
  expect(isLong(loaded as PreparedTransaction)).toBe(stored);
});
