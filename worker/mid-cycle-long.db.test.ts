import { expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { loadTransactions } from "@/lib/queue/load";
import { TestCaller, testWorkers } from "./testing";
import { call, trigger } from "./testing-graphs";
import { given, held, hold, hook, request } from "./testing-mid-cycle";

const CONTINUATIONS = 75;

const { db, world, workers } = testWorkers();

test("a transaction that is continued again and again reads what it has left, and not all that it did", async () => {
  const texts = { status: "{{before.id}} {{hook.body.status}}" };
  const cycle = await world.cycle(
    graphOf(
      [
        trigger,
        { id: "before", type: "set-fields", settings: { fields: [field("id", "order {{trigger.body.id}}")] } },
        hook(),
        call("a"),
        { id: "noted", type: "set-fields", settings: { fields: [field("status", texts.status)] } },
      ],
      ["trigger -> before", "before -> hook", "hook -> a", "a -> noted"],
    ),
  );
  const caller = new TestCaller();
  workers.start(caller);
  const id = await hold(cycle, "A-10");
  const statuses = Array.from({ length: CONTINUATIONS }, (_, index) => index + 1);
  for (const status of statuses)
    expect(await request(db, cycle, { id: "A-10", status })).toMatchObject({ number: status });
  await cycle.ended();

  expect(await given(cycle, id)).toEqual(statuses.map((status) => [status, { status: `order A-10 ${status}` }]));
  expect(caller.calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual(statuses.map((n) => `${id}-a-${n}`));
  const [loaded] = await loadTransactions(db.pool, { transactionIds: [id], maxBytes: 1_000 });
  expect(loaded!.steps.length).toBeLessThanOrEqual(33);
  const { checkpoints } = await cycle.result(id);
  expect(checkpoints.filter(({ number }) => number < 0)).toHaveLength(1);
  expect(loaded!.checkpoints).toBe(checkpoints.length - 1);
});

test("a transaction goes on behind 32,767 checkpoints", async () => {
  const cycle = await world.cycle(held());
  workers.start();
  const id = await hold(cycle, "A-10");
  await db.prisma.checkpoint.updateMany({ where: { transactionId: id }, data: { number: 32_767 } });
  await request(db, cycle, { id: "A-10", status: "Picked" });
  await cycle.ended();
  expect(await cycle.result(id)).toMatchObject({
    state: "COMPLETED",
    checkpoints: [{ number: 32_767 }, { number: 32_768 }],
  });
  expect(await given(cycle, id)).toEqual([[1, { status: "Picked" }]]);
});
