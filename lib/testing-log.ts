import { type LevelWithSilent, pino } from "pino";
import { log } from "./log";

export type CapturedLog = {
  /** What the lines say, in their order. */
  lines: Record<string, unknown>[];
  /** The lines as they are written. */
  readonly text: string;
  /** Lets the log write where it wrote before. */
  end(): void;
};

type Streams = Record<symbol, { write: (line: string) => unknown }>;

/** Takes what the process's log writes from a level upwards. */
export function captureLog(level: LevelWithSilent): CapturedLog {
  const streams = log as unknown as Streams;
  const [before, levelBefore] = [streams[pino.symbols.streamSym]!, log.level];
  const lines: CapturedLog["lines"] = [];
  let text = "";
  streams[pino.symbols.streamSym] = {
    write(line) {
      text += line;
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  };
  log.level = level;
  return {
    lines,
    get text() {
      return text;
    },
    end() {
      streams[pino.symbols.streamSym] = before;
      log.level = levelBefore;
    },
  };
}
