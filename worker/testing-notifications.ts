import { afterAll, afterEach, beforeAll } from "vitest";
import type { NotificationAttempt, NotificationFacts } from "@/lib/core/notifications";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type Caller, createCaller } from "@/lib/http/call";
import { createEgressGuard } from "@/lib/http/egress";
import type { Outlets } from "@/lib/notifications/send";
import { decryptSecret } from "@/lib/services/secrets/cipher";
import { createPublishedCycle, createWorld, type MadeCycle, type World } from "@/lib/services/testing";
import { sendNotifications } from "./notifications";

type Made = { db: TestDatabase; world: World; cycle: MadeCycle; webhookId: string };
type Given = { targetId: string; address: string; channel?: "EMAIL" | "WEBHOOK" };

const never = new AbortController().signal;

async function make(): Promise<Made> {
  const db = await testDatabase();
  const world = await createWorld(db);
  const cycle = await createPublishedCycle(world.builder);
  const { id: webhookId } = await db.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } });
  return { db, world, cycle, webhookId };
}

const factsOf = ({ world: { accountId }, cycle: { cycleId }, webhookId }: Made): NotificationFacts => ({
  account: { id: accountId, name: "Nord" },
  cycle: { id: cycleId, name: "Orders" },
  step: { id: "start", name: "Order" },
  webhookId,
  at: 3_600_000,
  event: { rule: "silence", kind: "raised", since: 0, percent: null, total: 0, limit: { hours: 1 } },
});

/** A database for the tests of one file with a webhook in it, and what they do with notifications of it. */
export function testNotifications() {
  let made: Made;
  /** May call this machine. */
  const caller: Caller = createCaller(createEgressGuard(["127.0.0.1"]));
  beforeAll(async () => {
    made = await make();
  });
  afterEach(() => made.db.prisma.notification.deleteMany());
  afterAll(async () => {
    await caller.close();
    await made.db.close();
  });

  const outlets = (rest: Partial<Outlets> = {}): Outlets => ({
    caller,
    mailer: undefined,
    decrypt: (ciphertext) => decryptSecret(ciphertext),
    publicUrl: "https://spoke.example",
    ...rest,
  });
  return {
    made: () => made,
    caller,
    outlets,
    /** Sends what is due. */
    send: (rest?: Partial<Outlets>) => sendNotifications(made.db.pool, outlets(rest), never),
    /** Writes a notification that is due now; gives its id. */
    async notification({ targetId, address, channel = "WEBHOOK" }: Given): Promise<string> {
      const { accountId } = made.world;
      const about = { accountId, webhookId: made.webhookId, kind: "RAISED", rule: "SILENCE" } as const;
      const { id } = await made.db.prisma.notification.create({
        data: {
          ...{ ...about, id: uuid7(), facts: factsOf(made), targetId, channel, address },
          nextAttemptAt: new Date(0),
        },
      });
      return id;
    },
    async read(id: string) {
      const row = await made.db.prisma.notification.findUniqueOrThrow({ where: { id } });
      return { ...row, attempts: row.attempts as unknown as NotificationAttempt[] };
    },
    makeDue: (id: string) =>
      made.db.prisma.notification.update({ where: { id }, data: { nextAttemptAt: new Date(0) } }),
  };
}

/** In how many minutes a notification is sent again. */
export const minutesUntil = ({ nextAttemptAt }: { nextAttemptAt: Date | null }) =>
  Math.round(((nextAttemptAt?.getTime() ?? 0) - Date.now()) / 60_000);
