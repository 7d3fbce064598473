import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CycleView } from "@/lib/contracts/cycles";
import { CycleExport } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { removeSecret } from "../secrets/remove";
import { setSecret } from "../secrets/set";
import { createPublishedCycle, createWorld, smallGraph, step, type World } from "../testing";
import { restoreVersion } from "../versions/restore";
import { copyCycle } from "./copy";
import { createCycle } from "./create";
import { deleteCycle } from "./delete";
import { exportCycle } from "./export";
import { getCycle } from "./get";
import { importCycle } from "./import";
import { listCycles } from "./list";
import { publishCycle } from "./publish";
import { saveDraft } from "./save-draft";
import { startCycle } from "./start";
import { updateCycle } from "./update";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
afterAll(() => database.close());

let names = 0;
const newCycle = () => createCycle(world.builder, { name: `Draft ${++names}` });
const save = ({ id, draftRevision }: CycleView, graph: Graph) =>
  saveDraft(world.builder, id, { revision: draftRevision, graph });
const identifiers = ({ webhooks }: Pick<CycleView, "webhooks">) => webhooks.map(({ identifier }) => identifier);
const renamed = (name: string): Graph => ({
  ...smallGraph,
  steps: [step("start", "webhook", { name }), smallGraph.steps[1]!],
});

describe("saveDraft", () => {
  it("keeps exactly one of two saves of the same revision", async () => {
    const cycle = await newCycle();
    const saves = await Promise.allSettled([save(cycle, renamed("One")), save(cycle, renamed("Two"))]);
    expect(saves.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await getCycle(world.builder, cycle.id)).draftRevision).toBe(cycle.draftRevision + 1);
  });

  it("says to the other what the draft has become, and by whom", async () => {
    const cycle = await newCycle();
    await save(cycle, renamed("First"));
    await expect(
      saveDraft(world.adminInside, cycle.id, { revision: cycle.draftRevision, graph: renamed("Second") }),
    ).rejects.toMatchObject({
      code: "draft_changed",
      status: 409,
      extra: { revision: cycle.draftRevision + 1, changedBy: "builder", graph: renamed("First") },
    });
  });

  it("gives each webhook step a URL that survives every change", async () => {
    const cycle = await newCycle();
    const first = await save(cycle, smallGraph);
    expect(identifiers(first)).toEqual([expect.stringMatching(/^[0-9A-Za-z]{22}$/)]);
    const second = await saveDraft(world.builder, cycle.id, { revision: first.revision, graph: renamed("Orders") });
    expect(second.webhooks).toEqual(first.webhooks);
  });

  it("gives a step that comes back its old URL, and a new step a new one", async () => {
    const cycle = await newCycle();
    const first = await save(cycle, smallGraph);
    const without = { steps: [smallGraph.steps[1]!], edges: [], variables: [] };
    const removed = await saveDraft(world.builder, cycle.id, { revision: first.revision, graph: without });
    expect(removed.webhooks).toEqual([]);
    const both = { ...smallGraph, steps: [...smallGraph.steps, step("pasted", "webhook")] };
    const undone = await saveDraft(world.builder, cycle.id, { revision: removed.revision, graph: both });
    expect(undone.webhooks).toHaveLength(2);
    expect(identifiers(undone)).toEqual([identifiers(first)[0], expect.not.stringMatching(identifiers(first)[0]!)]);
  });

  it("keeps the URL of a step that only the published version still has", async () => {
    const { cycleId, webhooks } = await createPublishedCycle(world.builder);
    const cycle = await getCycle(world.builder, cycleId);
    const saved = await save(cycle, { steps: [smallGraph.steps[1]!], edges: [], variables: [] });
    expect(identifiers(saved)).toEqual([webhooks.start]);
    expect(saved.unpublished).toBe(true);
  });

  it("knows when a draft is the published version again", async () => {
    const { cycleId } = await createPublishedCycle(world.builder);
    const cycle = await getCycle(world.builder, cycleId);
    const changed = await save(cycle, renamed("Changed"));
    expect(changed.unpublished).toBe(true);
    const back = await saveDraft(world.builder, cycleId, { revision: changed.revision, graph: smallGraph });
    expect(back.unpublished).toBe(false);
  });

  it.each<[string, Partial<Graph>]>([
    ["two steps with one id", { steps: [smallGraph.steps[0]!, smallGraph.steps[0]!], edges: [] }],
    ["an edge to nowhere", { edges: [{ from: "start", exit: "next", to: "nowhere" }] }],
    ["an edge twice", { edges: [smallGraph.edges[0]!, smallGraph.edges[0]!] }],
    [
      "a variable twice",
      {
        variables: [
          { name: "a", value: "1" },
          { name: "a", value: "2" },
        ],
      },
    ],
  ])("refuses %s", async (_what, part) => {
    await expect(save(await newCycle(), { ...smallGraph, ...part })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("publishCycle", () => {
  it("makes a version that later changes of the draft don't touch", async () => {
    const { cycleId, versionId } = await createPublishedCycle(world.builder);
    const saved = await save(await getCycle(world.builder, cycleId), renamed("Second"));
    expect(saved.unpublished).toBe(true);
    const published = await publishCycle(world.builder, cycleId);
    expect(published).toMatchObject({ publishedVersion: 2, unpublished: false, state: "running" });
    const first = await database.prisma.cycleVersion.findUniqueOrThrow({ where: { id: versionId } });
    expect(first.graph).toEqual(smallGraph);
  });

  it("makes no second version of the same draft", async () => {
    const { cycleId } = await createPublishedCycle(world.builder);
    expect((await publishCycle(world.builder, cycleId)).publishedVersion).toBe(1);
  });

  it("numbers versions one after another when two publish at once", async () => {
    const cycle = await newCycle();
    await save(cycle, smallGraph);
    await Promise.allSettled([publishCycle(world.builder, cycle.id), publishCycle(world.builder, cycle.id)]);
    const numbers = await database.prisma.cycleVersion.findMany({
      where: { cycleId: cycle.id },
      select: { number: true },
      orderBy: { number: "asc" },
    });
    expect(numbers.map(({ number }) => number)).toEqual(numbers.map((_, index) => index + 1));
  });

  it("refuses an incomplete draft with every problem", async () => {
    const cycle = await newCycle();
    await save(cycle, { ...smallGraph, edges: [] });
    await expect(publishCycle(world.builder, cycle.id)).rejects.toMatchObject({
      code: "cycle_incomplete",
      status: 422,
      extra: { problems: expect.arrayContaining([expect.objectContaining({ stepId: "end", severity: "error" })]) },
    });
  });
});

describe("restoreVersion", () => {
  it("makes an old graph the draft and leaves what runs", async () => {
    const { cycleId } = await createPublishedCycle(world.builder);
    await save(await getCycle(world.builder, cycleId), renamed("Second"));
    await publishCycle(world.builder, cycleId);
    const restored = await restoreVersion(world.builder, cycleId, 1);
    expect(restored).toMatchObject({ publishedVersion: 2, unpublished: true, draft: smallGraph });
  });
});

describe("copyCycle", () => {
  it("takes the draft and the secrets along, under a new name with new URLs", async () => {
    const call = step("call", "http-request", { settings: { url: "https://example.test", auth: "bearer" } });
    const graph = {
      ...smallGraph,
      steps: [...smallGraph.steps, call],
      edges: [
        { from: "start", exit: "next", to: "call" },
        { from: "call", exit: "next", to: "end" },
      ],
    };
    const cycle = await newCycle();
    await save(cycle, graph);
    await setSecret(world.builder, cycle.id, { stepId: "call", name: "auth", value: "s3cret" });
    const original = await getCycle(world.builder, cycle.id);
    const copy = await copyCycle(world.builder, cycle.id);
    expect(copy).toMatchObject({
      name: `${cycle.name} copy`,
      state: "never-started",
      draft: graph,
      secrets: ["call/auth"],
    });
    expect(identifiers(copy)).not.toEqual(identifiers(original));
    expect((await startCycle(world.builder, copy.id, { once: false })).state).toBe("running");
    await removeSecret(world.builder, cycle.id, { stepId: "call", name: "auth" });
    await expect(startCycle(world.builder, cycle.id, { once: false })).rejects.toMatchObject({
      code: "cycle_incomplete",
    });
    expect((await copyCycle(world.builder, cycle.id)).name).toBe(`${cycle.name} copy 2`);
  });
});

describe("deleteCycle", () => {
  it("takes the cycle from its users, and its webhooks from their callers", async () => {
    const { cycleId } = await createPublishedCycle(world.builder, undefined, { name: "Short-lived" });
    await deleteCycle(world.builder, cycleId);
    await expect(getCycle(world.builder, cycleId)).rejects.toMatchObject({ code: "not_found" });
    const webhook = await database.prisma.webhook.findFirstOrThrow({ where: { cycleId } });
    expect(webhook.deletedAt).not.toBeNull();
    expect((await createCycle(world.builder, { name: "short-lived" })).name).toBe("short-lived");
  });
});

describe("createCycle and updateCycle", () => {
  it("keep names apart, whatever their case", async () => {
    const cycle = await newCycle();
    await expect(createCycle(world.builder, { name: cycle.name.toUpperCase() })).rejects.toMatchObject({
      code: "conflict",
    });
    const other = await newCycle();
    await expect(updateCycle(world.builder, other.id, { name: cycle.name })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(
      (await updateCycle(world.builder, other.id, { name: `${other.name}!`, parallelLimit: 3 })).parallelLimit,
    ).toBe(3);
  });

  it("let the same name be used in another account", async () => {
    const cycle = await newCycle();
    expect((await createCycle(world.stranger, { name: cycle.name })).name).toBe(cycle.name);
  });
});

describe("exportCycle and importCycle", () => {
  const graph: Graph = {
    steps: [
      step("z", "set-fields", {
        settings: {
          fields: [
            { value: { text: "é{{a.body.x}}", source: "value" }, name: "b" },
            { value: { source: "script", code: "steps.a.body.x\n  * 2 // é" }, name: "c" },
          ],
        },
      }),
      step("a", "webhook", { name: "Wébhook", position: { x: -12.5, y: 1e21 }, note: "line\nbreak" }),
    ],
    edges: [{ to: "z", from: "a", exit: "next" }],
    variables: [
      { name: "b", value: "2" },
      { name: "a", value: "1" },
    ],
  };

  it("give back the same bytes", async () => {
    const cycle = await newCycle();
    await save(cycle, graph);
    const first = await exportCycle(world.builder, cycle.id);
    const file = CycleExport.parse(JSON.parse(first.text));
    const imported = await importCycle(world.stranger, file);
    expect((await exportCycle(world.stranger, imported.id)).text).toBe(first.text);
    expect(first.text.endsWith("}\n")).toBe(true);
  });

  it("say nothing of this installation", async () => {
    const { cycleId, webhooks } = await createPublishedCycle(world.builder);
    const { text } = await exportCycle(world.builder, cycleId);
    const words = [webhooks.start!, cycleId, world.accountId, "revision", String(new Date().getUTCFullYear())];
    expect(words.filter((word) => text.includes(word))).toEqual([]);
  });

  it("add a number to a name that is taken", async () => {
    const cycle = await newCycle();
    await save(cycle, graph);
    const file = CycleExport.parse(JSON.parse((await exportCycle(world.builder, cycle.id)).text));
    expect((await importCycle(world.builder, file)).name).toBe(`${cycle.name} 2`);
  });

  it("take no kind of step that isn't known", async () => {
    const unknown = { ...smallGraph, steps: [...smallGraph.steps, step("x", "teleport")] };
    const file = { spoke: 1 as const, name: "Unknown", parallelLimit: 1, graph: unknown };
    await expect(importCycle(world.builder, file)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("teleport"),
    });
  });
});

describe("listCycles", () => {
  it("narrows by name and state", async () => {
    const { cycleId } = await createPublishedCycle(world.builder, undefined, { name: "Needle running" });
    await createCycle(world.builder, { name: "Needle resting" });
    const namesOf = async (state: "all" | "running" | "stopped" | "failing") =>
      (await listCycles(world.builder, { state, q: "needle" })).map(({ name }) => name);
    expect(await namesOf("all")).toEqual(["Needle resting", "Needle running"]);
    expect(await namesOf("running")).toEqual(["Needle running"]);
    expect(await namesOf("stopped")).toEqual(["Needle resting"]);
    await database.pool.query(
      `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "endedAt")
       VALUES ($1, 1, $2, $3, $3, 'start', 'FAILED', now(), now())`,
      [uuid7(), world.accountId, cycleId],
    );
    expect(await namesOf("failing")).toEqual(["Needle running"]);
  });
});
