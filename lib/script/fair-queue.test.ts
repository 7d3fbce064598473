import { expect, it } from "vitest";
import { FairQueue } from "./fair-queue";

/** Each is called by its account and its number, and holds ten times its number of characters. */
const item = (name: string) => ({ name, chars: Number(name[1]) * 10 });

function queueOf(...names: string[]) {
  const queue = new FairQueue<ReturnType<typeof item>>();
  for (const name of names) queue.add(name[0]!, item(name));
  return { queue, next: (mayRun: (accountId: string) => boolean = () => true) => queue.next(mayRun)?.name };
}

it("lets accounts take turns, each in its own order", () => {
  const { queue, next } = queueOf("a1", "a2", "a3", "b1", "c1", "c2");
  const taken = Array.from({ length: 7 }, () => next());
  expect(taken).toEqual(["a1", "b1", "c1", "a2", "c2", "a3", undefined]);
  expect([queue.size, queue.chars]).toEqual([0, 0]);
});

it("passes over an account that may not run, and keeps its turn", () => {
  const { queue, next } = queueOf("a1", "b1", "b2");
  expect(next((account) => account !== "a")).toBe("b1");
  expect(next()).toBe("a1");
  expect(queue.hasNext((account) => account !== "b")).toBe(false);
});

it("knows how many wait and what they hold, of an account and of all", () => {
  const { queue, next } = queueOf("a1", "a2", "b3");
  expect([queue.of("a"), queue.of("b"), queue.of("c"), queue.size, queue.chars]).toEqual([
    { size: 2, chars: 30 },
    { size: 1, chars: 30 },
    { size: 0, chars: 0 },
    3,
    60,
  ]);
  next();
  expect([queue.of("a"), queue.chars]).toEqual([{ size: 1, chars: 20 }, 50]);
  queue.putBack("a", item("a1"));
  expect([queue.of("a"), queue.chars]).toEqual([{ size: 2, chars: 30 }, 60]);
});

it("gives back its place to what was taken out", () => {
  const { queue, next } = queueOf("a1", "a2", "b1");
  const [first, second] = [next()!, next()!];
  for (const name of [second, first]) queue.putBack(name[0]!, item(name));
  expect(queue.size).toBe(3);
  expect([next(), next(), next()]).toEqual(["b1", "a1", "a2"]);
});

it("gives all that wait when it is cleared", () => {
  const { queue, next } = queueOf("a1", "b1", "a2");
  expect(
    queue
      .clear()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["a1", "a2", "b1"]);
  expect([queue.size, queue.chars, queue.of("a").chars, next()]).toEqual([0, 0, 0, undefined]);
});
