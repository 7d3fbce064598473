import { expect, test } from "vitest";
import { TestCaller, testWorkers } from "./testing";
import { bodies, oneCall } from "./testing-graphs";
import { testHolds } from "./testing-holds";

const { db, world, workers } = testWorkers();
const { hold, drain, held, ended } = testHolds(db);

const sent = (caller: TestCaller) => caller.calls.map(({ body }) => Number(JSON.parse(body!).n));

type Level = "webhook" | "cycle" | "account";

test.each<[Level, Level, Level]>([
  ["webhook", "cycle", "account"],
  ["webhook", "account", "cycle"],
  ["cycle", "webhook", "account"],
  ["cycle", "account", "webhook"],
  ["account", "webhook", "cycle"],
  ["account", "cycle", "webhook"],
])(
  "holds on webhook, cycle and account let nothing begin before the last of them, and all of it in order then: %s, %s, %s",
  async (first, second, last) => {
    const caller = new TestCaller();
    const cycle = await world.cycle(oneCall, { parallelLimit: 1 });
    const holds = {
      cycle: await hold(cycle),
      account: await hold({ accountId: cycle.accountId, cycleId: null }),
      webhook: await hold(cycle, "trigger"),
    };
    for (let count = 0; count < 2; count++) workers.start(caller);
    await cycle.accept(...bodies(5));
    for (const id of Object.values(holds)) await held(id).toBe(5);

    await drain(cycle, holds[first]);
    await ended(holds[first]).not.toBeNull();
    await cycle.accept(...bodies(10).slice(5));
    for (const level of [second, last]) await held(holds[level]).toBe(10);

    await drain(cycle, holds[second], 10_000);
    await ended(holds[second]).not.toBeNull();
    await held(holds[last]).toBe(10);
    expect(caller.calls).toEqual([]);

    await drain(cycle, holds[last]);
    await cycle.accept(...bodies(15).slice(10));
    await ended(holds[last]).not.toBeNull();
    await cycle.ended();
    expect(sent(caller)).toEqual(bodies(15));
  },
);
