import { expect, test } from "vitest";
import { GRANTED_MS, Wakers } from "./wakers";

test("only the cycles that it was told of since the last claim have to be looked at", () => {
  const wakers = new Wakers();
  wakers.take(0);
  wakers.granted(0);
  wakers.note(["a", "b"]);
  wakers.note(["b", "c"]);
  expect([...wakers.take(1)!]).toEqual(["a", "b", "c"]);
  wakers.note(["d"]);
  expect([...wakers.take(2)!]).toEqual(["d"]);
});

test("all have to when it was woken for anything, before that or after", () => {
  const wakers = new Wakers();
  wakers.granted(0);
  wakers.note(["a"]);
  expect(wakers.take(0)).toBeUndefined();
  wakers.note(["a"]);
  wakers.note();
  wakers.note(["b"]);
  expect(wakers.take(1)).toBeUndefined();
});

test("all have to when nobody told it of anything", () => {
  const wakers = new Wakers();
  wakers.granted(0);
  wakers.take(0);
  expect(wakers.take(1)).toBeUndefined();
});

test("all have to when slots were not given out for a while, however often it is told of a cycle", () => {
  const wakers = new Wakers();
  wakers.take(0);
  wakers.note(["a"]);
  expect(wakers.take(0)).toBeUndefined();
  wakers.granted(1_000);
  for (const now of [1_000, 1_000 + GRANTED_MS - 1]) {
    wakers.note(["a"]);
    expect([...wakers.take(now)!]).toEqual(["a"]);
  }
  wakers.note(["a"]);
  expect(wakers.take(1_000 + GRANTED_MS)).toBeUndefined();
});
