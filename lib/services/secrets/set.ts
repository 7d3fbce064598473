import { definitionOf } from "@/lib/steps/definitions";
import { secretName } from "@/lib/steps/secret-name";
import { type AccountContext, requireBuilder } from "../context";
import { findStep } from "../cycles/find-step";
import { notFound } from "../errors";
import { encryptSecret } from "./cipher";

/** Stores a secret of a Step of the draft, encrypted; nothing gives it back. Throws `not_found` when the Step has no such secret. */
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
  await ctx.db.stepSecret.upsert({
    where: { cycleId_stepId_name: { cycleId, stepId, name } },
    create: { cycleId, stepId, name, ciphertext },
    update: { ciphertext },
  });
}
