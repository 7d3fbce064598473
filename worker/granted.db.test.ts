import { expect, test } from "vitest";
import { testWorkers } from "./testing";
import { answering } from "./testing-graphs";

const { db, world, workers } = testWorkers();

test("requests of several cycles that come at once are all answered, within their limits", async () => {
  const cycles = [];
  for (const parallelLimit of [1, 2, 10]) cycles.push(await world.cycle(answering, { parallelLimit }));
  for (let count = 0; count < 2; count++) workers.start();
  for (let round = 0; round < 5; round++)
    await Promise.all(cycles.map((cycle) => cycle.accept(...Array.from({ length: 10 }, (_, index) => index))));
  await Promise.all(cycles.map((cycle) => cycle.ended()));
  for (const { cycleId } of cycles)
    expect(await db.prisma.transaction.count({ where: { cycleId, state: "COMPLETED" } })).toBe(50);
});
