import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { changePassword } from "../me/change-password";
import { createWorld, type World } from "../testing";
import { createUser } from "../users/create";
import { listUsers } from "../users/list";
import { updateUser } from "../users/update";
import { loadSession } from "./load";
import { signIn } from "./sign-in";

const PASSWORD = "correct horse battery";

let database: TestDatabase;
let world: World;
let db: { db: TestDatabase["prisma"]; pool: TestDatabase["pool"] };
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
  db = { db: database.prisma, pool: database.pool };
});
afterAll(() => database.close());

let people = 0;
async function createPerson(role: "builder" | "partner-admin" = "builder") {
  const email = `person-${++people}@example.test`;
  const accountIds = role === "builder" ? [world.accountId] : [];
  return createUser(world.admin, { name: email, email, password: PASSWORD, role, accountIds });
}
const attempt = (email: string, password: string, clientIp = `10.0.0.${people}`) =>
  signIn(db, { email, password, clientIp });
const endWindows = () => database.pool.query(`UPDATE "SignInAttempt" SET "windowEnd" = now() - interval '1 second'`);

describe("signIn", () => {
  it("takes the right password, whatever the case of the e-mail address", async () => {
    const { id, email } = await createPerson();
    expect(await attempt(` ${email.toUpperCase()} `, PASSWORD)).toMatchObject({ id, sessionVersion: 1 });
    const { lastSignInAt } = await database.prisma.user.findUniqueOrThrow({ where: { id } });
    expect(lastSignInAt).not.toBeNull();
  });

  it("says the same of a wrong password, an unknown address and a disabled user", async () => {
    const person = await createPerson();
    const disabled = await createPerson();
    await updateUser(world.admin, disabled.id, { disabled: true });
    const failures = await Promise.allSettled([
      attempt(person.email, "wrong"),
      attempt("nobody@example.test", PASSWORD),
      attempt(disabled.email, PASSWORD),
    ]);
    const reasons = failures.map((failure) => (failure as PromiseRejectedResult).reason);
    expect(reasons.map(({ code }) => code)).toEqual(Array(3).fill("unauthenticated"));
    expect(new Set(reasons.map(({ message }) => message)).size).toBe(1);
  });

  it("refuses even the right password after 5 failures, until 15 minutes have passed", async () => {
    const { email } = await createPerson();
    for (let failure = 0; failure < 5; failure++)
      await expect(attempt(email, "wrong", `10.1.0.${failure}`)).rejects.toMatchObject({ code: "unauthenticated" });
    const refusal = await attempt(email, PASSWORD, "10.1.0.9").catch((error) => error);
    expect(refusal).toMatchObject({ code: "too_many_attempts", status: 429 });
    expect(refusal.extra.retryAfterSeconds).toBeGreaterThan(600);
    expect(refusal.extra.retryAfterSeconds).toBeLessThanOrEqual(900);
    await endWindows();
    expect((await attempt(email, PASSWORD)).email).toBe(email);
  });

  it("lets no more through when many guess at the same moment", async () => {
    const { email } = await createPerson();
    const guesses = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) => attempt(email, "wrong", `10.2.0.${at}`)),
    );
    const codes = guesses.map((guess) => (guess as PromiseRejectedResult).reason.code as string);
    expect(codes.filter((code) => code === "unauthenticated")).toHaveLength(5);
  });

  it("begins to count anew after a success", async () => {
    const { email } = await createPerson();
    for (let round = 0; round < 3; round++) {
      for (let failure = 0; failure < 4; failure++) await attempt(email, "wrong", `10.3.${round}.1`).catch(() => {});
      expect((await attempt(email, PASSWORD, `10.3.${round}.1`)).email).toBe(email);
    }
  });

  it("refuses an address after 30 failures, whoever it tries to be", async () => {
    await database.pool.query(
      `INSERT INTO "SignInAttempt" (key, failures, "windowEnd") VALUES ('address:192.0.2.1', 30, now() + interval '5 minutes')`,
    );
    const { email } = await createPerson();
    await expect(attempt(email, PASSWORD, "192.0.2.1")).rejects.toMatchObject({ code: "too_many_attempts" });
    expect((await attempt(email, PASSWORD, "192.0.2.2")).email).toBe(email);
  });
});

describe("loadSession", () => {
  it("gives the rights that the user has now", async () => {
    const { id } = await createPerson();
    const claim = { userId: id, sessionVersion: 1 };
    expect(await loadSession(db, claim)).toMatchObject({ role: "BUILDER", accounts: new Set([world.accountId]) });
    await updateUser(world.admin, id, { role: "viewer", accountIds: [] });
    expect(await loadSession(db, claim)).toMatchObject({ role: "VIEWER", accounts: new Set() });
  });

  it("ends with a new password and with disabling", async () => {
    const { id } = await createPerson();
    await updateUser(world.admin, id, { password: "another password" });
    expect(await loadSession(db, { userId: id, sessionVersion: 1 })).toBeNull();
    expect(await loadSession(db, { userId: id, sessionVersion: 2 })).not.toBeNull();
    await updateUser(world.admin, id, { disabled: true });
    expect(await loadSession(db, { userId: id, sessionVersion: 3 })).toBeNull();
  });

  it("hears within seconds of what another process changed", async () => {
    const { id } = await createPerson();
    const claim = { userId: id, sessionVersion: 1 };
    const now = Date.now();
    expect(await loadSession(db, claim, now)).not.toBeNull();
    await database.prisma.user.update({ where: { id }, data: { disabledAt: new Date() } });
    expect(await loadSession(db, claim, now + 2_000)).toBeNull();
  });

  it("lets in a session that is newer than what it remembers", async () => {
    const { id } = await createPerson();
    const now = Date.now();
    expect(await loadSession(db, { userId: id, sessionVersion: 1 }, now)).not.toBeNull();
    await database.prisma.user.update({ where: { id }, data: { sessionVersion: 2 } });
    expect(await loadSession(db, { userId: id, sessionVersion: 2 }, now)).not.toBeNull();
    expect(await loadSession(db, { userId: id, sessionVersion: 1 }, now)).toBeNull();
  });

  it("knows nobody by a made-up id", async () => {
    expect(await loadSession(db, { userId: "x", sessionVersion: 1 })).toBeNull();
  });
});

describe("changePassword", () => {
  it("ends every session but gives a new one", async () => {
    const { id, email } = await createPerson();
    const ctx = await loadSession(db, { userId: id, sessionVersion: 1 });
    const claim = await changePassword(ctx!, { current: PASSWORD, next: "a new password" });
    expect(claim).toEqual({ userId: id, sessionVersion: 2 });
    expect(await loadSession(db, { userId: id, sessionVersion: 1 })).toBeNull();
    expect(await loadSession(db, claim)).not.toBeNull();
    expect((await attempt(email, "a new password")).id).toBe(id);
  });

  it("asks for the current password, five times at most", async () => {
    const { id } = await createPerson();
    const ctx = await loadSession(db, { userId: id, sessionVersion: 1 });
    const change = () => changePassword(ctx!, { current: "wrong", next: "a new password" });
    for (let failure = 0; failure < 5; failure++) await expect(change()).rejects.toMatchObject({ code: "invalid" });
    await expect(change()).rejects.toMatchObject({ code: "too_many_attempts" });
  });
});

describe("users", () => {
  it("have one e-mail address each, whatever its case", async () => {
    const { email } = await createPerson();
    const again = {
      name: "Again",
      email: email.toLowerCase(),
      password: PASSWORD,
      role: "viewer" as const,
      accountIds: [],
    };
    await expect(createUser(world.admin, again)).rejects.toMatchObject({ code: "conflict" });
  });

  it("never lose their last partner admin", async () => {
    const alone = await createWorld(database);
    await expect(updateUser(alone.admin, alone.admin.userId!, { disabled: true })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(updateUser(alone.admin, alone.admin.userId!, { role: "viewer" })).rejects.toMatchObject({
      code: "conflict",
    });
    const email = "second@example.test";
    const second = { name: "Second", email, password: PASSWORD, role: "partner-admin" as const, accountIds: [] };
    await createUser(alone.admin, second);
    expect((await updateUser(alone.admin, alone.admin.userId!, { role: "viewer" })).role).toBe("viewer");
  });

  it("are listed without anything of their passwords", async () => {
    expect(JSON.stringify(await listUsers(world.admin))).not.toMatch(/argon|password/i);
  });
});
