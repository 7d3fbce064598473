import type { AddAlarmTargetInput, AddedAlarmTarget } from "@/lib/contracts/alarms";
import { NO_RULES } from "@/lib/core/alarm-rules";
import { initialAlarmState } from "@/lib/core/alarms";
import { env } from "@/lib/env";
import { createEgressGuard, EgressRefused } from "@/lib/http/egress";
import { createSigningSecret } from "@/lib/notifications/payload";
import { type AccountContext, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { findWebhook } from "../listen/find-webhook";
import { encryptSecret } from "../secrets/cipher";
import { withUniqueValue } from "../unique";
import { canMail, channelOf, targetColumns, toTargetView } from "./view";

/** Targets of one webhook. */
const MOST_TARGETS = 20;

/** Refuses what could never be sent; a name is looked up with each call. */
function requireReachable({ channel, address }: AddAlarmTargetInput): void {
  if (channel === "email") {
    if (canMail()) return;
    throw new ServiceError(
      "invalid",
      "Spoke has no mail server. Whoever runs it can set SMTP_URL and SMTP_FROM; until then add a URL instead.",
    );
  }
  const { hostname, port, protocol } = new URL(address);
  const guard = createEgressGuard(env().EGRESS_ALLOW);
  if (guard.allowsHost(hostname, Number(port || (protocol === "https:" ? 443 : 80)))) return;
  try {
    guard.checkAddress(hostname);
  } catch (error) {
    if (!(error instanceof EgressRefused)) throw error;
    throw new ServiceError(
      "invalid",
      `${hostname} can't be called: it is not on the internet. Whoever runs Spoke can allow it with EGRESS_ALLOW.`,
    );
  }
}

/**
 * Adds an e-mail address or a URL that is told of a Step's webhook. The secret of a URL is given this once. Throws
 * `not_found`, `forbidden`, `conflict` for one that is there, and `invalid` for one that can't be reached.
 */
export async function addAlarmTarget(
  ctx: AccountContext,
  { cycleId, stepId, input }: { cycleId: string; stepId: string; input: AddAlarmTargetInput },
): Promise<AddedAlarmTarget> {
  requireBuilder(ctx);
  const { id: webhookId } = await findWebhook(ctx, cycleId, stepId);
  requireReachable(input);
  const { address } = input;
  const secret = input.channel === "webhook" ? createSigningSecret() : null;
  const ciphertext = secret === null ? null : encryptSecret(secret);
  const target = await withUniqueValue(`${address} is told already.`, () =>
    ctx.db.$transaction(async (tx) => {
      // The row is locked from here on, so that two who add at once count each other's target.
      await tx.webhookAlarm.upsert({
        where: { webhookId },
        create: { webhookId, rules: NO_RULES, state: initialAlarmState() },
        update: { revision: { increment: 1 } },
      });
      if ((await tx.alarmTarget.count({ where: { webhookId } })) >= MOST_TARGETS)
        throw new ServiceError("invalid", `A webhook tells ${MOST_TARGETS} targets at most. Remove one first.`);
      const channel = channelOf(input.channel);
      return tx.alarmTarget.create({ data: { webhookId, channel, address, ciphertext }, select: targetColumns });
    }),
  );
  return { target: toTargetView(target), secret };
}
