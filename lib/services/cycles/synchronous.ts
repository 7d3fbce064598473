import type { Graph } from "@/lib/core/graph";
import { isSynchronous } from "@/lib/steps/check";
import type { Context } from "../context";

/** Versions never change, so what is known of one holds for ever. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 10_000;

/** Which of these published versions answer their callers. */
export async function synchronousVersions(ctx: Context, versionIds: string[]): Promise<Set<string>> {
  const unknown = versionIds.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    if (known.size > MOST_KNOWN) known.clear();
    const versions = await ctx.db.cycleVersion.findMany({ where: { id: { in: unknown } } });
    for (const version of versions) known.set(version.id, isSynchronous(version.graph as Graph));
  }
  return new Set(versionIds.filter((id) => known.get(id)));
}
