import type { Pool } from "pg";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { rescueJobs } from "@/lib/queue/rescue";

/** Takes back what dead workers hold, and says so. */
export async function rescue(pool: Pool): Promise<void> {
  const { rescued, givenUp } = await rescueJobs(pool);
  tallies.rescuedJobs.value += rescued;
  if (rescued > 0) log.warn({ jobs: rescued }, "took jobs back from workers that are gone");
  for (const transaction of givenUp) log.error({ transaction }, "gave up a transaction that workers die of");
}
