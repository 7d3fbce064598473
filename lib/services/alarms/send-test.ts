import type { TestSent } from "@/lib/contracts/alarms";
import type { NotificationFacts } from "@/lib/core/notifications";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { readNow } from "@/lib/queue/delete-old";
import { type AccountContext, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { findWebhook } from "../listen/find-webhook";

/** Between two tests of one webhook, so that nobody is flooded. */
const PAUSE_MS = 10_000;
/** What an account may send as tests within some time: addresses may belong to others. */
const MOST_TESTS = { messages: 100, withinMs: 10 * 60_000 };

/**
 * Refuses tests that are too many. Throws `too_many_attempts`.
 *
 * @param messages what is to be sent now
 */
async function requireRoom(ctx: AccountContext, { webhookId, now, messages }: Wish): Promise<void> {
  const sentSince = (ms: number, of: { webhookId?: string }) => {
    const id = { gte: firstUuid7At(new Date(now.getTime() - ms)) };
    return ctx.db.notification.count({ where: { accountId: ctx.accountId, ...of, kind: "TEST", id } });
  };
  if ((await sentSince(PAUSE_MS, { webhookId })) > 0)
    throw new ServiceError("too_many_attempts", "A test was sent just now. Wait 10 seconds for the next one.");
  if ((await sentSince(MOST_TESTS.withinMs, {})) + messages > MOST_TESTS.messages)
    throw new ServiceError(
      "too_many_attempts",
      `An account sends ${MOST_TESTS.messages} tests in 10 minutes at most. Wait a few minutes for the next one.`,
    );
}

type Wish = { webhookId: string; now: Date; messages: number };

/** Sends a test to every target of a Step's webhook. Throws `not_found`, `forbidden`, `invalid` without a target, and `too_many_attempts`. */
export async function sendTest(ctx: AccountContext, cycleId: string, stepId: string): Promise<TestSent> {
  requireBuilder(ctx);
  const { accountId } = ctx;
  const { id: webhookId, stepName } = await findWebhook(ctx, cycleId, stepId);
  const targets = await ctx.db.alarmTarget.findMany({ where: { webhookId }, orderBy: { id: "asc" } });
  if (targets.length === 0)
    throw new ServiceError("invalid", "Nobody would get it. Add an e-mail address or a URL first.");
  const now = await readNow(ctx.pool);
  await requireRoom(ctx, { webhookId, now, messages: targets.length });
  const [account, cycle] = await Promise.all([
    ctx.db.account.findUniqueOrThrow({ where: { id: accountId }, select: { id: true, name: true } }),
    ctx.db.cycle.findUniqueOrThrow({ where: { id: cycleId }, select: { id: true, name: true } }),
  ]);
  const step = { id: stepId, name: stepName };
  const facts: NotificationFacts = { account, cycle, step, webhookId, at: now.getTime(), event: null };
  await ctx.db.notification.createMany({
    data: targets.map(({ id: targetId, channel, address }) => {
      const target = { targetId, channel, address };
      return { id: uuid7(), accountId, webhookId, kind: "TEST" as const, facts, ...target, nextAttemptAt: now };
    }),
  });
  return { notifications: targets.length };
}
