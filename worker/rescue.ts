import type { Pool } from "pg";
import { log } from "@/lib/log";
import { rescueJobs } from "@/lib/queue/rescue";

/** Takes back what dead workers hold, and says so. */
export async function rescue(pool: Pool): Promise<void> {
  const rescued = await rescueJobs(pool);
  if (rescued > 0) log.warn({ jobs: rescued }, "took jobs back from workers that are gone");
}
