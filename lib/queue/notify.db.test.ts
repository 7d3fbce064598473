import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listen } from "@/lib/db/listen";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { channels } from "./channels";
import { idsOf, notifyCycles, notifyJobs, notifyReplies } from "./notify";

let database: TestDatabase;
let listener: Listener;
let heard: [channel: string, payload: string][] = [];

beforeAll(async () => {
  database = await testDatabase();
  listener = await listen(
    Object.values(channels),
    (channel, payload) => heard.push([channel, payload]),
    () => {},
    { url: database.url, answerMs: 60_000 },
  );
});
afterAll(async () => {
  await listener.close();
  await database.close();
});
beforeEach(() => {
  heard = [];
});

describe("notifications", () => {
  it("name what they are about, each on its channel", async () => {
    await notifyJobs(database.pool);
    await notifyCycles(database.pool, ["c1", "c2"]);
    await notifyReplies(database.pool, ["t1"]);
    await expect
      .poll(() => heard)
      .toEqual([
        [channels.jobs, ""],
        [channels.cycles, "c1,c2"],
        [channels.replies, "t1"],
      ]);
    expect(heard.map(([, payload]) => idsOf(payload))).toEqual([[], ["c1", "c2"], ["t1"]]);
  });

  it("carry any number of ids, and none sends nothing", async () => {
    const ids = Array.from({ length: 1_000 }, () => randomUUID());
    await notifyCycles(database.pool, []);
    await notifyCycles(database.pool, ids);
    await expect.poll(() => heard.flatMap(([, payload]) => idsOf(payload))).toEqual(ids);
  });

  it("are heard when the database transaction commits, and not at all when it is rolled back", async () => {
    await expect(
      database.prisma.$transaction(async (tx) => {
        await notifyCycles(tx, ["rolled back"]);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    await database.prisma.$transaction((tx) => notifyCycles(tx, ["committed"]));
    await expect.poll(() => heard).toEqual([[channels.cycles, "committed"]]);
  });
});
