import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { deleteCycle } from "../cycles/delete";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  type MadeCycle,
  refuseRequest,
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

  it("finds a request to an identifier that no webhook has, for partner admins", async () => {
    const nobodys = { webhookId: null, accountId: null, cycleId: null, identifier: "Nobodys44" };
    const id = await refuseRequest(world.builder, cycle, { ...nobodys, outcome: "NOT_FOUND", status: 404 });
    const hint = "Request to Nobodys44, which no webhook has";
    const expected = [{ kind: "receipt", label: id, hint, href: `/partner/webhooks?q=${id}` }];
    expect(await search(world.admin, id)).toEqual(expected);
    expect(await search(world.builder, id)).toEqual([]);
  });

  it("finds a request by its id, refused ones too, and leads to it", async () => {
    const { receiptId } = await acceptRequest(world.builder, cycle);
    const refusedId = await refuseRequest(world.builder, cycle, { outcome: "UNREADABLE", status: 400 });
    for (const [id, status] of [
      [receiptId, 200],
      [refusedId, 400],
    ] as const) {
      expect(await search(world.viewer, ` ${id}`)).toEqual([
        {
          kind: "receipt",
          label: id,
          hint: `Request to Parcels of Zürich, answered ${status}`,
          href: `/accounts/${world.accountId}/requests/${id}`,
        },
      ]);
      expect(await search(world.stranger, id)).toEqual([]);
    }
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
