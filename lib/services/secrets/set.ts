import { checkSecretNames, PREVIOUS_CHECK_SECRET } from "@/lib/core/webhook-check";
import { notifyCycles } from "@/lib/queue/notify";
import { definitionOf } from "@/lib/steps/definitions";
import { secretName } from "@/lib/steps/secret-name";
import { type AccountContext, requireBuilder, type Tx } from "../context";
import { findStep } from "../cycles/find-step";
import { notFound } from "../errors";
import { encryptSecret } from "./cipher";

/** Where a secret of a Step is stored. */
export type SecretPlace = { cycleId: string; stepId: string; name: string };

/** Stores a ciphertext. The one that a check had before is kept, for explaining why a request was refused; it is not valid. */
export async function putSecret(tx: Tx, place: SecretPlace, ciphertext: string): Promise<void> {
  const where = { cycleId_stepId_name: place };
  if (place.name === checkSecretNames.current) {
    const before = await tx.stepSecret.findUnique({ where });
    if (before) await putSecret(tx, { ...place, name: PREVIOUS_CHECK_SECRET }, before.ciphertext);
  }
  await tx.stepSecret.upsert({ where, create: { ...place, ciphertext }, update: { ciphertext } });
}

/**
 * Stores a secret of a Step of the draft, encrypted; nothing gives it back. It is valid from now on, also for the published
 * version. Throws `not_found` when the Step has no such secret.
 */
export async function setSecret(
  ctx: AccountContext,
  cycleId: string,
  { stepId, name, value }: { stepId: string; name: string; value: string },
): Promise<void> {
  requireBuilder(ctx);
  const step = await findStep(ctx, cycleId, stepId);
  const fields = definitionOf(step.type)?.fields ?? [];
  if (!fields.some((field) => field.kind === "secret" && secretName(field) === name))
    throw notFound("secret of this step");
  const ciphertext = encryptSecret(value);
  await ctx.db.$transaction(async (tx) => {
    await putSecret(tx, { cycleId, stepId, name }, ciphertext);
    await notifyCycles(tx, [cycleId]);
  });
}
