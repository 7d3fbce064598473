import type { VersionView } from "@/lib/contracts/cycles";
import type { AccountContext } from "../context";
import { findCycle } from "../cycles/find";
import { namesOfUsers } from "../users/name";
import { toVersionView } from "./view";

/** The published versions of a Cycle, newest first. Throws `not_found`. */
export async function listVersions(ctx: AccountContext, cycleId: string): Promise<VersionView[]> {
  const cycle = await findCycle(ctx, cycleId);
  const versions = await ctx.db.cycleVersion.findMany({
    where: { cycleId: cycle.id },
    select: { id: true, number: true, createdAt: true, createdBy: true },
    orderBy: { number: "desc" },
  });
  const names = await namesOfUsers(
    ctx,
    versions.map(({ createdBy }) => createdBy),
  );
  return versions.map((version) => toVersionView(version, cycle.publishedVersionId, names));
}
