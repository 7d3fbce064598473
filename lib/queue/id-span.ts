import { firstUuid7At } from "@/lib/core/uuid7-range";

/** No id is in it. */
const EMPTY: [string, string] = ["ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"];

/**
 * The least and the greatest of some ids, in lower case. A statement that has them as bounds beside the ids themselves is
 * planned for the partitions of those days alone, and locks no other.
 */
export function spanOf(ids: readonly string[]): [least: string, greatest: string] {
  let [least, greatest] = EMPTY;
  for (const id of ids) {
    if (id < least) least = id;
    if (id > greatest) greatest = id;
  }
  return [least, greatest];
}

/** An id is made a little before its row gets its time, so a range of ids is taken wider than the range of time. */
const SLACK_MS = 10 * 60_000;

/** The least id that a row of this time or later can have; `slackMs` is how far the clocks of both may be apart. */
export const idsFrom = (time: Date | undefined, slackMs = SLACK_MS) =>
  time && firstUuid7At(new Date(time.getTime() - slackMs));

/** The greatest id that a row of this time or earlier can have; `slackMs` is how far the clocks of both may be apart. */
export const idsTo = (time: Date | undefined, slackMs = SLACK_MS) =>
  time && firstUuid7At(new Date(time.getTime() + slackMs));

/**
 * SQL: whether `id` is one of those that the CTE `ids` gives in its column `id`. Joined with them, PostgreSQL would rather read
 * all partitions whole; so it looks up each, in the partitions between the least and the greatest.
 */
export const isAmong = (id: string, ids: string) =>
  `${id} = ANY (ARRAY(SELECT id FROM ${ids})) AND ${id} >= (SELECT id FROM ${ids} ORDER BY id LIMIT 1)
    AND ${id} <= (SELECT id FROM ${ids} ORDER BY id DESC LIMIT 1)`;
