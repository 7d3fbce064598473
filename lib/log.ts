import { pino } from "pino";

/** Writes JSON lines to standard output, from the level `LOG_LEVEL` (`info` when it is not set) upwards. */
export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});
