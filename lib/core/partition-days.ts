import { firstUuid7At } from "./uuid7-range";

const DAY_MS = 86_400_000;

/** Days that are kept whole before the one under way. */
export const KEPT_DAYS = 31;

/** Days whose partitions are made ahead. */
export const DAYS_AHEAD = 8;

/** Ids from `least` on and before `end`. */
export type IdRange = { least: string; end: string };

/** The first moment of the UTC day that lies `days` after a time's. */
const dayAt = (time: Date, days: number) => new Date(Math.floor(time.getTime() / DAY_MS) * DAY_MS + days * DAY_MS);

/** The days that have a partition at a time, by their first moments: those kept, today, and those ahead, oldest first. */
export function partitionDays(now: Date): Date[] {
  return Array.from({ length: KEPT_DAYS + 1 + DAYS_AHEAD }, (_, index) => dayAt(now, index - KEPT_DAYS));
}

/** Ids that are made on the day which begins then. */
export const idsOfDay = (day: Date): IdRange => ({ least: firstUuid7At(day), end: firstUuid7At(dayAt(day, 1)) });

/**
 * Ids that lists show: of days that are kept, and of a week ahead for clocks that are. The last day ahead is left out, as
 * its partition may not be made yet: where every day has its partition, rows come from one after the other, in order.
 */
export const listedIds = (now: Date): IdRange => ({
  least: firstUuid7At(dayAt(now, -KEPT_DAYS)),
  end: firstUuid7At(dayAt(now, DAYS_AHEAD)),
});

/** What a partition of a table holds, by its name; null for the one that takes what no other does. */
export type Partition = { name: string; table: string; from: Date | null; end: Date };

/** The name of a table's partition of one day, like `Receipt_20261121`. */
export const partitionName = (table: string, day: Date) =>
  `${table}_${day.toISOString().slice(0, 10).replaceAll("-", "")}`;

/** Reads a partition's name. `from` is null when it holds everything before `end`, and the result for other names. */
export function readPartitionName(name: string): Partition | null {
  const [, table, before, year, month, date] = /^([A-Za-z]+)(_before)?_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
  if (table === undefined) return null;
  const day = new Date(`${year}-${month}-${date}T00:00:00Z`);
  return before ? { name, table, from: null, end: day } : { name, table, from: day, end: dayAt(day, 1) };
}
