import { describe, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { testWorkers } from "./testing";
import { trigger } from "./testing-graphs";
import { given, hold, hook, request } from "./testing-mid-cycle";

const { db, world, workers } = testWorkers();

describe("a timeout", () => {
  const timed = graphOf(
    [
      trigger,
      hook({ timeoutSeconds: 3_600 }),
      { id: "noted", type: "set-fields", settings: { fields: [field("status", "{{hook.body.status}}")] } },
      { id: "late", type: "set-fields", settings: { fields: [field("late", "yes")] } },
    ],
    ["trigger -> hook", "hook -> noted", "hook:timed-out -> late"],
  );

  test("lets the transaction leave by Timed out once, and requests still continue it", async () => {
    const cycle = await world.cycle(timed);
    workers.start();
    const id = await hold(cycle, "A-10");
    await cycle.timePasses();
    await cycle.ended();
    expect(await given(cycle, id, "late")).toEqual([[1, { late: "yes" }]]);
    expect((await cycle.result(id)).step("hook")).toMatchObject({ exit: "timed-out", continuation: 1 });
    await request(db, cycle, { id: "A-10", status: "after" });
    await cycle.ended();
    expect(await given(cycle, id)).toEqual([[1, { status: "after" }]]);
    expect(await given(cycle, id, "late")).toHaveLength(1);
  });

  test("does not come after a request", async () => {
    const cycle = await world.cycle(timed);
    workers.start();
    const id = await hold(cycle, "A-10");
    await request(db, cycle, { id: "A-10", status: "before" });
    await cycle.ended();
    const reached = await db.prisma.reachedWebhook.findFirstOrThrow({ where: { transactionId: id } });
    expect(reached).toMatchObject({ held: false, until: null });
  });
});
