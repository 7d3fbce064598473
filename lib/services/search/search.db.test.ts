import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { deleteCycle } from "../cycles/delete";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  type MadeCycle,
  smallGraph,
  step,
  type World,
} from "../testing";
import { search } from "./search";

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
let identifier: string;
const graph = { ...smallGraph, steps: [step("start", "webhook", { name: "Parcel arrived" }), smallGraph.steps[1]!] };
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder, graph, { name: "Parcels of Zürich" });
  identifier = cycle.webhooks.start!;
});
afterAll(() => database.close());

const inBuilder = () => `/accounts/${world.accountId}/cycles/${cycle.cycleId}`;

describe("search", () => {
  it("finds cycles and steps by a part of their names", async () => {
    expect(await search(world.viewer, "parcel")).toEqual([
      { kind: "cycle", label: "Parcels of Zürich", hint: expect.any(String), href: inBuilder() },
      {
        kind: "step",
        label: "Parcel arrived",
        hint: expect.stringContaining("› Parcels of Zürich"),
        href: `${inBuilder()}?step=start`,
      },
    ]);
  });

  it("finds accounts by name", async () => {
    const found = await search(world.viewer, "ACCOUNT");
    expect(found).toMatchObject([{ kind: "account", href: `/accounts/${world.accountId}/cycles` }]);
  });

  it("finds transactions by their id or its beginning", async () => {
    const { transactionId } = await acceptRequest(world.builder, cycle);
    const expected = {
      kind: "transaction",
      label: transactionId,
      href: `/accounts/${world.accountId}/transactions/${transactionId}`,
    };
    expect(await search(world.viewer, transactionId)).toMatchObject([expected]);
    expect(await search(world.viewer, transactionId.slice(0, 13))).toMatchObject([expected]);
  });

  it.each([
    ["identifier", () => identifier],
    ["URL", () => `http://localhost:3000/api/webhook/${identifier}`],
  ])("finds webhooks by %s: in the builder, or in the report of partner admins", async (_by, text) => {
    expect(await search(world.viewer, text())).toMatchObject([{ kind: "webhook", href: `${inBuilder()}?step=start` }]);
    expect(await search(world.admin, text())).toMatchObject([
      { kind: "webhook", href: `/partner/webhooks?q=${identifier}` },
    ]);
  });

  it("leads only partner admins to what was deleted", async () => {
    const gone = await createPublishedCycle(world.builder);
    await deleteCycle(world.builder, gone.cycleId);
    expect(await search(world.builder, gone.webhooks.start!)).toEqual([]);
    expect(await search(world.admin, gone.webhooks.start!)).toMatchObject([
      { hint: expect.stringContaining("(deleted)") },
    ]);
  });
});
