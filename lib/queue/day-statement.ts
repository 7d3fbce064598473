import type { QueryResultRow } from "pg";
import { partitionName } from "@/lib/core/partition-days";
import { timeOfUuid7 } from "@/lib/core/uuid7-range";
import { type Db, run, type Statement } from "./statement";

const DAY_MS = 86_400_000;
/** How long a day without partitions of its own is not asked for again. */
const FORGET_MS = 60_000;

export type Place = {
  /** How the statement names a table. */
  table: (name: string) => string;
  /** Says between which parameters an id lies, where that spares days. Beside other days' rows it would lead the planner astray. */
  between: (id: string, least: string, greatest: string) => string;
};

export type DayStatement = Omit<Statement, "text"> & {
  text: (place: Place) => string;
  /** The least and the greatest id of all that it looks for, several pairs of them. */
  spans: readonly (readonly [least: string, greatest: string])[];
};

/** Days whose partitions were not found, and until when they aren't looked for; by `performance.now()`. */
const missing = new Map<number, number>();

/** The statements of today and of yesterday, by their names; building one anew costs as much as sending it. */
const texts = new Map<string, string>();

/** Looks for the partitions of every day again: some were made. */
export const forgetMissingDays = (): void => missing.clear();

/** When the UTC day of an instant begins; both are milliseconds since 1970. */
export const dayAt = (ms: number) => Math.floor(ms / DAY_MS) * DAY_MS;

/** When the UTC day begins on which an id was made, in milliseconds since 1970. */
export const dayOf = (id: string) => dayAt(timeOfUuid7(id));

const everywhere: Place = {
  table: (name) => `"${name}"`,
  between: (id, least, greatest) => `${id} BETWEEN ${least}::uuid AND ${greatest}::uuid`,
};

/** Names the partitions of the day that begins then, by milliseconds since 1970. */
export const onDay = (day: number): Place => ({
  table: (name) => `"${partitionName(name, new Date(day))}"`,
  between: (_id, least, greatest) => `${least}::uuid <= ${greatest}::uuid`,
});

/** The day that all spans lie in; undefined when they lie in several, or when its partitions are known to be missing. */
function dayOfAll(spans: DayStatement["spans"]): number | undefined {
  const [first, ...others] = new Set(spans.flatMap((span) => span.map(dayOf)));
  if (first === undefined || others.length > 0 || (missing.get(first) ?? 0) > performance.now()) return undefined;
  return first;
}

function textOf(name: string, day: number, text: DayStatement["text"]): string {
  const key = `${name} ${day}`;
  let built = texts.get(key);
  if (built === undefined) {
    if (texts.size > 10) texts.clear();
    built = text(onDay(day));
    texts.set(key, built);
  }
  return built;
}

/**
 * Runs a statement that looks rows up by their ids. When all of them are of one day it names that day's partitions: its
 * plan can be kept then, while one for the whole tables would lock and look at the partitions of all days each time.
 */
export async function runOnDay<Row extends QueryResultRow>(
  db: Db,
  { name, text, spans, ...statement }: DayStatement,
): Promise<Row[]> {
  const day = dayOfAll(spans);
  if (day === undefined) return run<Row>(db, { ...statement, name, text: text(everywhere) });
  try {
    return await run<Row>(db, { ...statement, name: `${name} ${day}`, text: textOf(name, day, text) });
  } catch (error) {
    const isMissing = (error as { code?: string }).code === "42P01";
    if (!isMissing) throw error;
    missing.set(day, performance.now() + FORGET_MS);
    return run<Row>(db, { ...statement, name, text: text(everywhere) });
  }
}
