/**
 * The NOTIFY channels. Every message only says "look": the rows are the truth, and whoever listens also polls.
 * Payloads are ids joined by commas, cut into messages below PostgreSQL's 8,000 bytes.
 */
export const channels = {
  /** Jobs became ready. The payload is the ids of their cycles when all are synchronous, or `SOMEBODY_WAITS` when some are. */
  jobs: "spoke_jobs",
  /** State, version, limits or webhooks of these cycles changed: door and workers forget what they know of them. */
  cycles: "spoke_cycles",
  /** These transactions shall be cancelled. */
  cancels: "spoke_cancels",
  /** These synchronous transactions have their answer, or have ended. */
  replies: "spoke_replies",
} as const;

/** Says with `channels.jobs` that somebody waits for the answer of a job. */
export const SOMEBODY_WAITS = "somebody waits";
