import type { QuickJSHandle } from "quickjs-emscripten-core";
import type { RunRequest } from "./messages";
import type { Image } from "./snapshot";

/** A script as far as every run of it comes by the same way: read, and its functions found. */
export type Prepared = { image: Image; main: QuickJSHandle };

/** Most scripts that are kept prepared, and most that are remembered to have been run. */
const MOST_PREPARED = 16;
const MOST_SEEN = 64;

/** A prepared script gives its place to another one when it was not needed for so many runs. */
const UNUSED_RUNS = 256;

/** The scripts that a thread runs again and again. */
export class PreparedScripts {
  readonly #prepared = new Map<string, Prepared & { usedAt: number }>();
  readonly #seen = new Set<string>();
  #runs = 0;

  /** What names a script together with all that its preparation depends on; nothing is shared between accounts. */
  static keyOf({ accountId, entry, code, globals, limits }: RunRequest): string {
    return `${accountId}\n${entry}\n${limits.memoryBytes}\n${Object.keys(globals).join()}\n${code}`;
  }

  /** To be asked once for each run. */
  find(key: string): Prepared | undefined {
    this.#runs += 1;
    const found = this.#prepared.get(key);
    if (!found) return undefined;
    found.usedAt = this.#runs;
    return found;
  }

  /** Keeps what `prepare` makes, if the script is not here for the first time and there is a place for it. */
  offer(key: string, prepare: () => Prepared | undefined): void {
    if (!this.#wasSeen(key) || !this.#makeRoom()) return;
    const made = prepare();
    if (made) this.#prepared.set(key, { ...made, usedAt: this.#runs });
  }

  #wasSeen(key: string): boolean {
    if (this.#seen.has(key)) return true;
    if (this.#seen.size === MOST_SEEN) this.#seen.clear();
    this.#seen.add(key);
    return false;
  }

  #makeRoom(): boolean {
    if (this.#prepared.size < MOST_PREPARED) return true;
    const [oldest] = [...this.#prepared].toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    return oldest !== undefined && this.#runs - oldest[1].usedAt > UNUSED_RUNS && this.#prepared.delete(oldest[0]);
  }
}
