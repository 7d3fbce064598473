import type { Graph } from "@/lib/core/graph";
import { isSynchronous } from "@/lib/steps/check";
import type { Context } from "../context";

/** What lists need of a published version. */
export type KnownVersion = {
  number: number;
  synchronous: boolean;
  steps: ReadonlyMap<string, { name: string; type: string }>;
};

/** Versions never change, so what is known of one holds for ever. */
const known = new Map<string, KnownVersion>();
const MOST_KNOWN = 1_000;

/** What is known of these versions, by id. Their ids must come from rows that whoever asks may see. */
export async function knownVersions(ctx: Context, versionIds: string[]): Promise<Map<string, KnownVersion>> {
  const ids = [...new Set(versionIds)];
  const unknown = ids.filter((id) => !known.has(id));
  const versions = new Map(ids.flatMap((id) => (known.has(id) ? [[id, known.get(id)!]] : [])));
  if (unknown.length === 0) return versions;
  if (known.size + unknown.length > MOST_KNOWN) known.clear();
  for (const { id, number, graph } of await ctx.db.cycleVersion.findMany({ where: { id: { in: unknown } } })) {
    const { steps } = graph as Graph;
    const version = {
      number,
      synchronous: isSynchronous(graph as Graph),
      steps: new Map(steps.map(({ id, name, type }) => [id, { name, type }])),
    };
    known.set(id, version);
    versions.set(id, version);
  }
  return versions;
}
