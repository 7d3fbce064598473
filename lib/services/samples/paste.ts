import type { z } from "zod";
import type { PasteSampleInput, StepSampleView } from "@/lib/contracts/cycles";
import { BodyError } from "@/lib/core/bodies/body-error";
import { decodeBody } from "@/lib/core/bodies/decode";
import type { Step } from "@/lib/core/graph";
import { isJsonObject, type Json } from "@/lib/core/json";
import type { Prisma } from "@/lib/db/client";
import { definitionOf } from "@/lib/steps/definitions";
import { type AccountContext, requireBuilder } from "../context";
import { findStep } from "../cycles/find-step";
import { ServiceError } from "../errors";

function decodePasted({ body, contentType }: z.infer<typeof PasteSampleInput>): Json {
  try {
    return decodeBody({ contentType, bytes: Buffer.from(body, "utf8") });
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new ServiceError("invalid", `The sample could not be read: ${error.reason}`);
  }
}

/** A pasted body stands where the Step's data has its body; the data of other Steps is the body itself. */
function toData(step: Step, body: Json): Json {
  const definition = definitionOf(step.type);
  if (definition?.webhook) return { body, query: {}, headers: {} };
  const settings = definition?.settings.safeParse(step.settings);
  const example = settings?.success ? definition?.example?.(settings.data) : undefined;
  return isJsonObject(example) && Object.hasOwn(example, "body") ? { ...example, body } : body;
}

/** Keeps a pasted body as a Step's sample. Throws `invalid` with the reason when it can't be read, and `not_found`. */
export async function pasteSample(
  ctx: AccountContext,
  cycleId: string,
  stepId: string,
  input: z.infer<typeof PasteSampleInput>,
): Promise<StepSampleView> {
  requireBuilder(ctx);
  const step = await findStep(ctx, cycleId, stepId);
  const data = toData(step, decodePasted(input));
  const sample = { source: "PASTED" as const, data: data as Prisma.InputJsonValue };
  const { updatedAt } = await ctx.db.stepSample.upsert({
    where: { cycleId_stepId: { cycleId, stepId } },
    create: { cycleId, stepId, ...sample },
    update: sample,
  });
  return { stepId, source: "pasted", at: updatedAt.toISOString(), data };
}
