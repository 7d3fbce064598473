import { type DestinationStream, type Logger, pino } from "pino";
import { redactLine } from "./log-redact";

const DEFAULT_LEVEL = "info";

/** Of PostgreSQL's errors, the fields that quote what users stored. */
const QUOTING_FIELDS = ["detail", "where", "internalQuery", "parameters"];

function describeError(error: unknown): unknown {
  const described: Record<string, unknown> | unknown = pino.stdSerializers.err(error as Error);
  if (typeof described !== "object" || described === null || !("severity" in described)) return described;
  const fields = Object.entries(described).filter(([name]) => !QUOTING_FIELDS.includes(name));
  // What pino gives hides the error itself in a property that isn't listed.
  return Object.fromEntries([["type", (error as Error).name], ...fields]);
}

/** Makes a logger of JSON lines; `destination` is standard output when it is left out. */
export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: { streamWrite: redactLine },
    },
    destination,
  );
}

/** The process's own code and Next's bundles are loaded apart; they share this place. */
const shared = globalThis as typeof globalThis & { spokeLog?: Logger };
shared.spokeLog ??= createLog(process.env.LOG_LEVEL || DEFAULT_LEVEL);

/**
 * Writes JSON lines to standard output, from the level `LOG_LEVEL` (`info` when it is not set) upwards. Secrets that a
 * line holds by mistake are blanked out.
 */
export const log: Logger = shared.spokeLog;

/** Lets SIGUSR2 switch between the level the process began with and `debug`. Windows has no such signal. */
export function switchLevelOnSignal(): void {
  if (process.platform === "win32") return;
  const level = log.level;
  process.on("SIGUSR2", () => {
    log.level = log.level === level ? "debug" : level;
    log.warn({ logLevel: log.level }, "the log level was changed");
  });
}
