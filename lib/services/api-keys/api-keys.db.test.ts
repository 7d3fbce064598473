import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createWorld, type World } from "../testing";
import { authenticateKey } from "./authenticate";
import { createApiKey } from "./create";
import { listApiKeys } from "./list";
import { revokeApiKey } from "./revoke";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
afterAll(() => database.close());

const authenticate = (key: string, now?: Date) =>
  authenticateKey({ db: database.prisma, pool: database.pool }, key, now);
const forAccount = { name: "ERP", role: "builder" as const };

describe("createApiKey", () => {
  it("shows the key once and stores what can't be turned back into it", async () => {
    const { key, apiKey } = await createApiKey(world.admin, { ...forAccount, accountId: world.accountId });
    expect(key).toMatch(/^spk_[0-9A-Za-z]{43}$/);
    expect(apiKey).toMatchObject({ name: "ERP", role: "builder", account: { id: world.accountId }, lastUsedAt: null });
    expect(key.startsWith(apiKey.prefix)).toBe(true);
    const stored = JSON.stringify(await database.prisma.apiKey.findUniqueOrThrow({ where: { id: apiKey.id } }));
    expect(stored).not.toContain(key.slice(12));
  });

  it("makes no partner admin of a key for one account", async () => {
    const input = { name: "K", role: "partner-admin" as const, accountId: world.accountId };
    await expect(createApiKey(world.admin, input)).rejects.toMatchObject({ code: "invalid" });
  });

  it("isn't for keys", async () => {
    const { key } = await createApiKey(world.admin, { name: "K", role: "partner-admin", accountId: null });
    const known = await authenticate(key);
    await expect(createApiKey(known!.ctx, { ...forAccount, accountId: null })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("authenticateKey", () => {
  it("keeps a key to its account", async () => {
    const { key } = await createApiKey(world.admin, { ...forAccount, accountId: world.accountId });
    expect(await authenticate(key)).toMatchObject({
      accountId: world.accountId,
      ctx: { userId: null, role: "BUILDER", accounts: new Set([world.accountId]) },
    });
  });

  it("opens every account to a partner's key", async () => {
    const { key } = await createApiKey(world.admin, { name: "K", role: "viewer", accountId: null });
    expect(await authenticate(key)).toMatchObject({ accountId: null, ctx: { role: "VIEWER", accounts: "all" } });
  });

  it.each(["", "spk_", "spk_unknown", "Bearer"])("knows nobody by %j", async (key) => {
    expect(await authenticate(key)).toBeNull();
  });

  it("knows nobody by a revoked key", async () => {
    const { key, apiKey } = await createApiKey(world.admin, { ...forAccount, accountId: null });
    await revokeApiKey(world.admin, apiKey.id);
    await revokeApiKey(world.admin, apiKey.id);
    expect(await authenticate(key)).toBeNull();
    expect((await listApiKeys(world.admin)).find(({ id }) => id === apiKey.id)?.revokedAt).not.toBeNull();
  });

  it("notes its use once a minute", async () => {
    const { key, apiKey } = await createApiKey(world.admin, { ...forAccount, accountId: null });
    const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
    const lastUse = async () =>
      (await database.prisma.apiKey.findUniqueOrThrow({ where: { id: apiKey.id } })).lastUsedAt;
    await authenticate(key, at(0));
    await authenticate(key, at(59));
    expect(await lastUse()).toEqual(at(0));
    await authenticate(key, at(60));
    expect(await lastUse()).toEqual(at(60));
  });
});
