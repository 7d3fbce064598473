import { createHash } from "node:crypto";
import { callHelper, type Helper } from "./helpers";
import { type ConsoleLine, defaultLimits, type ScriptLimits } from "./job";
import type { RunRequest } from "./messages";

const CONSOLE_LINES = 200;
const CONSOLE_CHARS = 32_768;
const LEVELS: readonly string[] = ["log", "debug", "info", "warn", "error"] satisfies ConsoleLine["level"][];

/** What the realm may ask for: a helper, a value of the script's data, a line of the console, a new id, numbers to draw random ones from. */
export type HostOperation = Helper | "read" | "print" | "uuid" | "seed";

/** What one run in the sandbox can reach outside of it: its own data, its console, and the helpers. */
export class Host {
  limits: ScriptLimits = defaultLimits;
  lines: ConsoleLine[] = [];
  consoleIsCut = false;
  /** Whether it was asked for anything: what a script did until then is the same in each of its runs. */
  wasAsked = false;
  #globals: Record<string, string> = {};
  #seed = "";
  #uuids = 0;
  #chars = 0;

  /** Forgets the run before. */
  start({ globals, seed, limits }: Pick<RunRequest, "globals" | "seed" | "limits">): void {
    this.limits = limits;
    this.lines = [];
    this.consoleIsCut = false;
    this.wasAsked = false;
    this.#globals = globals;
    this.#seed = seed;
    this.#uuids = 0;
    this.#chars = 0;
  }

  /** Answers the realm. Whatever it is asked, it doesn't throw. */
  answer(operation: string, argument: string): string {
    this.wasAsked = true;
    switch (operation) {
      case "read":
        return Object.hasOwn(this.#globals, argument) ? this.#globals[argument]! : "null";
      case "print":
        return this.#print(argument);
      case "uuid":
        return JSON.stringify(this.#newUuid());
      case "seed":
        return seedNumbers(this.#seed);
      default:
        return callHelper(operation, argument);
    }
  }

  #print(argument: string): "more" | "full" {
    const [level, text] = readStrings(argument);
    if (level === undefined || text === undefined || !LEVELS.includes(level)) return "more";
    if (this.lines.length === CONSOLE_LINES || this.#chars === CONSOLE_CHARS) {
      this.consoleIsCut = true;
      return "full";
    }
    const shown = text.slice(0, CONSOLE_CHARS - this.#chars);
    this.#chars += shown.length;
    this.lines.push({ level: level as ConsoleLine["level"], text: shown });
    return "more";
  }

  /** Version 4, from the run's seed alone: the same run again makes the same ids. */
  #newUuid(): string {
    this.#uuids += 1;
    const bytes = createHash("sha256").update(`${this.#seed}:${this.#uuids}`).digest().subarray(0, 16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
}

/** The seed's 32 hexadecimal digits as four numbers. */
function seedNumbers(seed: string): string {
  const numbers = [0, 8, 16, 24].map((at) => Number.parseInt(seed.slice(at, at + 8), 16) | 0);
  return JSON.stringify(numbers);
}

function readStrings(text: string): string[] {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.filter((item): item is string => typeof item === "string") : [];
  } catch {
    return [];
  }
}
