import { expect, it } from "vitest";
import { Turnstile } from "./turnstile";

function both() {
  const ours = new Turnstile();
  return { ours, thread: new Turnstile(ours.memory) };
}

it("lets runs begin in their order, and tells the last one that has", () => {
  const { ours, thread } = both();
  expect([thread.begin(1), thread.begin(2), ours.begun]).toEqual([true, true, 2]);
});

it("lets no run begin that was taken back, but those handed over later", () => {
  const { ours, thread } = both();
  thread.begin(1);
  expect([ours.takeBack(4), ours.begun]).toEqual([1, 1]);
  expect([2, 3, 4].map((number) => thread.begin(number))).toEqual([false, false, false]);
  expect([thread.begin(5), ours.begun]).toEqual([true, 5]);
});

it("takes back again while the same run is still under way", () => {
  const { ours, thread } = both();
  thread.begin(1);
  ours.takeBack(3);
  expect([ours.takeBack(6), ours.begun]).toEqual([1, 1]);
  expect([2, 3, 4, 5, 6, 7].map((number) => thread.begin(number))).toEqual([false, false, false, false, false, true]);
});

it("takes nothing back when all have begun", () => {
  const { ours, thread } = both();
  thread.begin(1);
  expect([ours.takeBack(1), thread.begin(2), ours.begun]).toEqual([1, true, 2]);
});

it("goes on counting after the last number", () => {
  const { ours, thread } = both();
  ours.takeBack(2 ** 31 - 1);
  expect(Turnstile.after(2 ** 31 - 1)).toBe(-(2 ** 31));
  expect([thread.begin(-(2 ** 31)), ours.begun]).toEqual([true, -(2 ** 31)]);
});
