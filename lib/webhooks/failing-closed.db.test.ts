import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { encryptSecret } from "@/lib/services/secrets/cipher";
import { removeSecret } from "@/lib/services/secrets/remove";
import { createWorld, type World } from "@/lib/services/testing";
import { startTestServer, type TestServer } from "./test-server";
import { BODY, type CheckedCycle, makeCheckedCycle } from "./testing-security";

let database: TestDatabase;
let world: World;
let web: TestServer;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
  web = await startTestServer(database);
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const tokenCheck = { kind: "token", name: "X-Token" };
const makeWithToken = () => makeCheckedCycle(world.builder, { check: tokenCheck, secrets: { check: "t0k3n" } });
const sendToken = (cycle: CheckedCycle, token: string, on = web) =>
  on.send(cycle.path, { headers: { "X-Token": token, "Content-Type": "application/json" }, body: BODY });

describe("what can't be checked is refused", () => {
  const reasonOf = async (cycle: CheckedCycle) => {
    const answer = await sendToken(cycle, "t0k3n");
    expect(answer).toMatchObject({ status: 401, body: "Webhook signature is not valid." });
    const id = String(answer.headers["x-spoke-request-id"]);
    const find = () => database.prisma.receipt.findUnique({ where: { id } });
    await expect.poll(find).toMatchObject({ outcome: "NOT_VERIFIED" });
    return (await find())!.reason;
  };

  it("without a secret", async () => {
    const cycle = await makeWithToken();
    await removeSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check" });
    expect(await reasonOf(cycle)).toBe("The check has no secret, so every request is refused.");
  });

  it("with a secret that can't be decrypted", async () => {
    const cycle = await makeWithToken();
    const key = randomBytes(32).toString("base64");
    const ciphertext = encryptSecret("t0k3n", { current: key, old: [] });
    await database.prisma.stepSecret.updateMany({ where: { cycleId: cycle.cycleId }, data: { ciphertext } });
    expect(await reasonOf(cycle)).toContain("can't be decrypted with this installation's keys");
  });

  it.each([
    ["a kind that this build does not know", { kind: "carrier-pigeon" }],
    ["settings that can't be read", { kind: "token", in: "footer" }],
    ["no kind", {}],
    ["something else", "none"],
    ["nothing in its place", null],
  ])("with %s", async (_what, check) => {
    const cycle = await makeWithToken();
    const { draft } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    const graph = JSON.parse(JSON.stringify(draft).replace(JSON.stringify(tokenCheck), JSON.stringify(check)));
    await database.prisma.cycleVersion.updateMany({ where: { cycleId: cycle.cycleId }, data: { graph } });
    expect(await reasonOf(cycle)).toContain("The check's settings can't be read");
  });
});

describe("while the database is away", () => {
  it.each([
    ["a right token", "t0k3n"],
    ["a wrong one", "wrong"],
  ])("nobody gets in with %s, known before or not", async (_what, token) => {
    const [known, unknown] = [await makeWithToken(), await makeWithToken()];
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    const alone = await startTestServer(database, { pool });
    expect((await sendToken(known, "t0k3n", alone)).status).toBe(200);
    await pool.end();
    const statuses: number[] = [];
    // What was read a moment ago may still refuse by itself.
    const send = async () => {
      const { status } = await sendToken(known, token, alone);
      statuses.push(status);
      return status;
    };
    await expect.poll(send).toBe(503);
    expect(statuses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
    expect((await sendToken(unknown, token, alone)).status).toBe(503);
    await alone.close();
  });
});
