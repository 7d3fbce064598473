import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { GET } from "@/app/api/v1/me/route";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createApiKey } from "@/lib/services/api-keys/create";
import { createWorld, type World } from "@/lib/services/testing";
import { type CapturedLog, captureLog } from "@/lib/testing-log";

let database: TestDatabase;
let world: World;
let captured: CapturedLog;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
afterAll(() => database.close());
beforeEach(() => {
  captured = captureLog("debug");
});
afterEach(() => captured.end());

/** The lines about requests; others may come from what goes on in the process. */
const lines = () => captured.lines.filter(({ msg }) => msg === "request to the API");
const ask = (authorization: string) =>
  GET(new Request("http://localhost:3000/api/v1/me?search=me", { headers: { authorization } }), {
    params: Promise.resolve({}),
  });

it("a route's answer carries the id of its log line, which names the key and not the secret", async () => {
  const { key } = await createApiKey(world.admin, { name: "Partner", role: "partner-admin", accountId: null });
  const { id: keyId } = await database.prisma.apiKey.findFirstOrThrow({ where: { name: "Partner" } });
  const { headers, status } = await ask(`Bearer ${key}`);
  expect(lines()).toMatchObject([
    {
      level: "debug",
      msg: "request to the API",
      route: "/api/v1/me",
      status,
      request: headers.get("x-spoke-request-id"),
      key: keyId,
      partner: world.admin.partnerId,
    },
  ]);
  expect(captured.text).not.toContain(key);
  expect(captured.text).not.toContain("search=me");
});

it("a refused request is logged without anybody's id", async () => {
  await ask("Bearer spk_unknown");
  expect(lines()).toMatchObject([{ level: "info", route: "/api/v1/me", status: 401 }]);
  expect(Object.keys(lines()[0]!)).toEqual(expect.not.arrayContaining(["partner", "user", "key"]));
});
