import type { z } from "zod";
import type { VersionDetail } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import type { AccountContext } from "../context";
import { findCycle } from "../cycles/find";
import { notFound } from "../errors";
import { namesOfUsers } from "../users/name";
import { toVersionView } from "./view";

const MAX_NUMBER = 2 ** 31 - 1;

/** One version with its graph. Throws `not_found` when the Account has no such Cycle or the Cycle no such version. */
export async function getVersion(
  ctx: AccountContext,
  cycleId: string,
  number: number,
): Promise<z.infer<typeof VersionDetail>> {
  const cycle = await findCycle(ctx, cycleId);
  const known = Number.isInteger(number) && number > 0 && number <= MAX_NUMBER;
  const version = known
    ? await ctx.db.cycleVersion.findUnique({ where: { cycleId_number: { cycleId: cycle.id, number } } })
    : null;
  if (!version) throw notFound("version of this cycle");
  const names = await namesOfUsers(ctx, [version.createdBy]);
  return { ...toVersionView(version, cycle.publishedVersionId, names), graph: version.graph as Graph };
}
