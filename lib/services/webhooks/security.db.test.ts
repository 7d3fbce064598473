import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type CheckedCycle, type CheckedWish, makeCheckedCycle } from "@/lib/webhooks/testing-security";
import { checkCycle } from "../cycles/check";
import { copyCycle } from "../cycles/copy";
import { getCycle } from "../cycles/get";
import { saveDraft } from "../cycles/save-draft";
import { startCycle } from "../cycles/start";
import { stopCycle } from "../cycles/stop";
import { decryptSecret, encryptSecret } from "../secrets/cipher";
import { makeSecretCurrent } from "../secrets/make-current";
import { removeSecret } from "../secrets/remove";
import { setSecret } from "../secrets/set";
import { createWorld, refuseRequest, type World } from "../testing";
import { getAllowedIps, setAllowedIps } from "./allowed-ips";
import { explainReceipt, explainRequest } from "./explain";

const BODY = '{"order":{"id":"A-10"}}';
const github = { kind: "github" };

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
afterAll(() => database.close());

const make = (wish?: CheckedWish) => makeCheckedCycle(world.builder, wish);
const placeOf = ({ cycleId }: CheckedCycle) => ({ cycleId, stepId: "start" });
const signed = (secret: string, body: string | Buffer = BODY): [string, string] => [
  "X-Hub-Signature-256",
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
];
const forbidden = { code: "forbidden" };

describe("the list of addresses", () => {
  it("is kept as typed, and counted", async () => {
    const place = placeOf(await make({ type: "webhook-ip-filtered" }));
    const allowedIps = "192.0.2.1 # office\n2001:db8::/32";
    expect(await getAllowedIps(world.viewer, place.cycleId, "start")).toEqual({ allowedIps: "", count: 0 });
    expect(await setAllowedIps(world.builder, place, { allowedIps })).toEqual({ allowedIps, count: 2 });
    expect(await getAllowedIps(world.viewer, place.cycleId, "start")).toEqual({ allowedIps, count: 2 });
  });

  it("is refused line by line when it can't be read, and stays as it was", async () => {
    const place = placeOf(await make({ type: "webhook-ip-filtered" }));
    await setAllowedIps(world.builder, place, { allowedIps: "192.0.2.1" });
    const attempt = setAllowedIps(world.builder, place, { allowedIps: "192.0.2.2\nexample.com\n10.0.0.0/33" });
    await expect(attempt).rejects.toMatchObject({
      code: "invalid",
      extra: { lines: [{ line: 2 }, { line: 3, message: expect.stringContaining("10.0.0.0/33") }] },
    });
    expect(await getAllowedIps(world.builder, place.cycleId, "start")).toMatchObject({ allowedIps: "192.0.2.1" });
  });

  it("goes along when the cycle is copied", async () => {
    const place = placeOf(await make({ type: "webhook-ip-filtered" }));
    await setAllowedIps(world.builder, place, { allowedIps: "192.0.2.1" });
    const copy = await copyCycle(world.builder, place.cycleId);
    expect(await getAllowedIps(world.builder, copy.id, "start")).toMatchObject({ allowedIps: "192.0.2.1" });
  });

  it("is not for viewers to change", async () => {
    const place = placeOf(await make({ type: "webhook-ip-filtered" }));
    await expect(setAllowedIps(world.viewer, place, { allowedIps: "" })).rejects.toMatchObject(forbidden);
  });
});

describe("a start", () => {
  it("is refused while the check's secret is missing, also when it was removed after the publish", async () => {
    const incomplete = { code: "cycle_incomplete", extra: { problems: [{ stepId: "start", field: "check-secret" }] } };
    await expect(make({ check: github })).rejects.toMatchObject(incomplete);
    const { cycleId } = await make({ check: github, secrets: { check: "right" } });
    await stopCycle(world.builder, cycleId);
    await removeSecret(world.builder, cycleId, { stepId: "start", name: "check" });
    await expect(startCycle(world.builder, cycleId, { once: false })).rejects.toMatchObject(incomplete);
  });

  it("is warned of a webhook whose list of addresses is blank, and not refused", async () => {
    const place = placeOf(await make({ type: "webhook-ip-filtered" }));
    const refusesAll = {
      severity: "warning",
      stepId: "start",
      message: expect.stringContaining("refuses every request"),
    };
    expect(await checkCycle(world.viewer, place.cycleId)).toMatchObject([refusesAll]);
    await setAllowedIps(world.builder, place, { allowedIps: "# nobody yet" });
    expect(await checkCycle(world.viewer, place.cycleId)).toMatchObject([refusesAll]);
    await setAllowedIps(world.builder, place, { allowedIps: "192.0.2.1" });
    expect(await checkCycle(world.viewer, place.cycleId)).toEqual([]);
    expect(await getCycle(world.viewer, place.cycleId)).toMatchObject({ addressLists: ["start"] });
  });

  it("is refused while the check is incomplete", async () => {
    const check = { kind: "hmac", signed: "{timestamp}" };
    await expect(make({ check, secrets: { check: "right" } })).rejects.toMatchObject({
      code: "cycle_incomplete",
      extra: { problems: expect.arrayContaining([expect.objectContaining({ stepId: "start", field: "check" })]) },
    });
  });
});

describe("a secret of a check", () => {
  it("is never given back; only its name is", async () => {
    const { cycleId } = await make({ check: github, secrets: { check: "n0b0dy-sees" } });
    const view = await getCycle(world.builder, cycleId);
    expect(view.secrets).toEqual(["start/check"]);
    expect(JSON.stringify(view)).not.toContain("n0b0dy-sees");
  });

  it("leaves nothing behind when it is removed", async () => {
    const { cycleId } = await make({ check: github, secrets: { check: "first" } });
    const place = { stepId: "start", name: "check" };
    await setSecret(world.builder, cycleId, { ...place, value: "second" });
    expect(await database.prisma.stepSecret.count({ where: { cycleId } })).toBe(2);
    await removeSecret(world.builder, cycleId, place);
    expect(await database.prisma.stepSecret.count({ where: { cycleId } })).toBe(0);
  });

  /** Holds the second secret of a cycle as somebody does who is about to store another one. */
  async function storing(cycleId: string) {
    const client = await database.pool.connect();
    await client.query("BEGIN");
    const text = `UPDATE "StepSecret" SET ciphertext = $1 WHERE "cycleId" = $2 AND name = 'check-next'`;
    await client.query(text, [encryptSecret("third"), cycleId]);
    return async () => {
      await database.waiting(client);
      await client.query("COMMIT");
      client.release();
    };
  }

  it("becomes the one that is stored when the change ends", async () => {
    const { cycleId } = await make({ check: github, secrets: { check: "first", "check-next": "second" } });
    const store = await storing(cycleId);
    const ended = makeSecretCurrent(world.builder, cycleId, "start");
    await store();
    await ended;
    const secrets = await database.prisma.stepSecret.findMany({ where: { cycleId }, orderBy: { name: "asc" } });
    expect(secrets.map(({ name, ciphertext }) => [name, decryptSecret(ciphertext)])).toEqual([
      ["check", "third"],
      ["check-previous", "first"],
    ]);
  });

  it("is not there any more for who ends the change at the same moment", async () => {
    const { cycleId } = await make({ check: github, secrets: { check: "first", "check-next": "second" } });
    const store = await storing(cycleId);
    const ends = Promise.allSettled([1, 2].map(() => makeSecretCurrent(world.builder, cycleId, "start")));
    await store();
    const settled = await ends;
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(settled).toContainEqual({ status: "rejected", reason: expect.objectContaining({ code: "not_found" }) });
  });

  it("is not for viewers to change", async () => {
    const { cycleId } = await make({ check: github, secrets: { check: "first", "check-next": "second" } });
    await expect(makeSecretCurrent(world.viewer, cycleId, "start")).rejects.toMatchObject(forbidden);
  });
});

describe("explainReceipt", () => {
  const refuse = (cycle: CheckedCycle, headers: [string, string][], rest = {}) =>
    refuseRequest(
      world.builder,
      { ...cycle, versionId: "", webhooks: {} },
      { outcome: "NOT_VERIFIED", status: 401, headers: JSON.stringify(headers), ...rest },
      BODY,
    );

  it("says that the body was changed, or that another secret was used", async () => {
    const cycle = await make({ check: github, secrets: { check: "right" } });
    const changed = await refuse(cycle, [signed("right", `${BODY}\n`)]);
    expect(await explainReceipt(world.builder, changed)).toMatchObject({ findings: [{ code: "body" }] });
    const foreign = await refuse(cycle, [signed("wrong")]);
    const explanation = await explainReceipt(world.adminInside, foreign);
    expect(explanation.findings[0]).toMatchObject({ code: "nothing-matches" });
    expect(JSON.stringify(explanation)).not.toContain("right");
  });

  it("tells a sender that still signs with the secret before", async () => {
    const cycle = await make({ check: github, secrets: { check: "first" } });
    await setSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check", value: "second" });
    const { findings } = await explainReceipt(world.builder, await refuse(cycle, [signed("first")]));
    expect(findings).toMatchObject([{ code: "secret", text: expect.stringContaining("stored before") }]);
  });

  it("judges a compressed body as it came, where that was kept", async () => {
    const cycle = await make({ check: github, secrets: { check: "first" } });
    await setSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check", value: "second" });
    const rawBody = gzipSync(BODY);
    const headers = [["Content-Encoding", "gzip"], signed("first", rawBody)] as [string, string][];
    const kept = await explainReceipt(world.builder, await refuse(cycle, headers, { rawBody }));
    expect(kept).toMatchObject({ findings: [{ code: "secret", text: expect.stringContaining("stored before") }] });
    const { findings } = await explainReceipt(world.builder, await refuse(cycle, headers));
    expect(findings.map(({ code }) => code)).toContain("not-kept");
  });

  it("says what the address of a filtered request lacks", async () => {
    const cycle = await make({ type: "webhook-ip-filtered" });
    const receiptId = await refuse(cycle, [], { outcome: "IP_NOT_ALLOWED", status: 403 });
    expect((await explainReceipt(world.builder, receiptId)).summary).toContain(
      "The list of allowed addresses is empty",
    );
    await setAllowedIps(world.builder, placeOf(cycle), { allowedIps: "192.0.2.10" });
    expect((await explainReceipt(world.builder, receiptId)).summary).toBe("192.0.2.10 is on the list now.");
  });

  describe("of a request that does not tell itself", () => {
    const recordIn = (cycle: CheckedCycle) => (rest: Parameters<typeof refuse>[2]) =>
      refuse(cycle, [signed("wrong")], rest);
    const passed = { outcome: "ACCEPTED" as const, status: 200 };
    const othersOf = async (receiptId: string) =>
      (await explainReceipt(world.builder, receiptId)).findings.filter(({ code }) => code === "others");

    it("looks at others of the same address, which passed: the secret is right", async () => {
      const record = recordIn(await make({ check: github, secrets: { check: "right" } }));
      await record(passed);
      const receiptId = await record({});
      await record({ ...passed, clientIp: "192.0.2.77" });
      expect(await othersOf(receiptId)).toEqual([
        { code: "others", text: expect.stringContaining("Other requests from 192.0.2.10 passed") },
      ]);
    });

    it("looks at others of other addresses: it may be somebody else", async () => {
      const record = recordIn(await make({ check: github, secrets: { check: "right" } }));
      const receiptId = await record({});
      expect(await othersOf(receiptId)).toEqual([]);
      await record({ outcome: "NO_MATCH", status: 200, clientIp: "192.0.2.77" });
      expect((await othersOf(receiptId))[0]?.text).toContain("none from 192.0.2.10");
    });

    it("looks at others that were refused: the stored secret is another", async () => {
      const record = recordIn(await make({ check: { kind: "basic", user: "shop" }, secrets: { check: "right" } }));
      const headers = JSON.stringify([["Authorization", `Basic ${Buffer.from("shop:wrong").toString("base64")}`]]);
      await record({ headers });
      const [found] = await othersOf(await record({ headers }));
      expect(found?.text).toContain("None of the requests around it passed");
    });

    it("does not look at what came before the secret was stored, nor where the request tells itself", async () => {
      const cycle = await make({ check: github, secrets: { check: "first" } });
      await recordIn(cycle)(passed);
      await setSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check", value: "second" });
      const foreign = await recordIn(cycle)({});
      expect(await othersOf(foreign)).toEqual([]);
      expect(await othersOf(await refuse(cycle, [signed("first")]))).toEqual([]);
    });
  });

  it("is for builders, and for requests that a check refused", async () => {
    const cycle = await make({ check: github, secrets: { check: "right" } });
    await expect(explainReceipt(world.viewer, await refuse(cycle, []))).rejects.toMatchObject(forbidden);
    const other = await refuse(cycle, [], { outcome: "NOT_ACTIVE", status: 406 });
    await expect(explainReceipt(world.builder, other)).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("explainRequest", () => {
  const explain = (cycle: CheckedCycle, input: { headers: [string, string][]; body?: string }) =>
    explainRequest(world.builder, placeOf(cycle), { method: "post", query: "", body: BODY, ...input });

  it("judges a pasted request by the draft's check and the stored secrets", async () => {
    const cycle = await make({ check: github, secrets: { check: "right" } });
    expect((await explain(cycle, { headers: [signed("right")] })).summary).toBe("The request passes the check.");
    expect(await explain(cycle, { headers: [] })).toMatchObject({
      summary: "The header X-Hub-Signature-256 is missing.",
    });
    expect(await explain(cycle, { headers: [signed("right")], body: BODY.replace("A-10", "A-11") })).toMatchObject({
      findings: [{ code: "nothing-matches" }],
    });
  });

  it("reads letters beyond ASCII as the door does", async () => {
    const check = { kind: "token", name: "X-Token" };
    const cycle = await make({ check, secrets: { check: "schlüssel" } });
    expect((await explain(cycle, { headers: [["X-Token", "schlüssel"]] })).summary).toBe(
      "The request passes the check.",
    );
  });

  it("says so when the draft's check can't be used", async () => {
    const cycle = await make();
    const { draft, draftRevision } = await getCycle(world.builder, cycle.cycleId);
    const steps = draft.steps.map((step) => ({ ...step, settings: { check: { kind: "slack", toleranceSeconds: 0 } } }));
    await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph: { ...draft, steps } });
    expect(await explain(cycle, { headers: [] })).toMatchObject({ findings: [{ code: "settings" }] });
  });

  it("says so when there is no check, and is for builders", async () => {
    const cycle = await make();
    expect((await explain(cycle, { headers: [] })).summary).toContain("This step has no check");
    const asViewer = explainRequest(world.viewer, placeOf(cycle), { method: "POST", query: "", headers: [], body: "" });
    await expect(asViewer).rejects.toMatchObject(forbidden);
  });
});
