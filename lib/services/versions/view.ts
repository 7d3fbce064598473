import type { VersionView } from "@/lib/contracts/cycles";

type Row = { id: string; number: number; createdAt: Date; createdBy: string | null };

/** A version without its graph. `names` has the users who made versions; API keys have no name. */
export function toVersionView(
  version: Row,
  publishedId: string | null,
  names: ReadonlyMap<string, string>,
): VersionView {
  return {
    id: version.id,
    number: version.number,
    createdAt: version.createdAt.toISOString(),
    createdBy: (version.createdBy && names.get(version.createdBy)) ?? null,
    published: version.id === publishedId,
  };
}
