import { keepRunning } from "../../setup/supervise.mjs";
import { until } from "./until.mjs";

/**
 * One process of a stack, kept running by what `npm start` keeps its own running with: a killed one is started again after half a second.
 */
export class Member {
  name;
  #begin;
  #running;
  #kept;
  #gate = Promise.resolve();
  #openGate = () => {};
  #starts = 0;

  /** @param {string} name @param {() => Promise<import("../../setup/supervise.mjs").Running> | import("../../setup/supervise.mjs").Running} begin */
  constructor(name, begin) {
    this.name = name;
    this.#begin = begin;
  }

  async start() {
    this.#kept = await keepRunning({
      name: this.name,
      start: async () => {
        await this.#gate;
        this.#running = await this.#begin();
        this.#starts++;
        return this.#running;
      },
    });
  }

  /** The id of the process that runs now, or ran last. */
  get pid() {
    return this.#running.pid;
  }

  /** How often in a row it has ended soon after it was started. */
  get failures() {
    return this.#kept?.failures() ?? 0;
  }

  /** How often it was started. */
  get starts() {
    return this.#starts;
  }

  /** `kill -9`. Resolves when the process is gone; it is started again by itself unless `hold` was called. */
  async kill() {
    const { pid, ended } = this.#running;
    process.kill(pid, "SIGKILL");
    await ended;
  }

  /** From now on it is not started again, until `release`. */
  hold() {
    this.#gate = new Promise((fulfil) => {
      this.#openGate = fulfil;
    });
  }

  /** Lets it be started again, by itself. */
  release() {
    this.#openGate();
  }

  freeze() {
    process.kill(this.pid, "SIGSTOP");
  }

  thaw() {
    process.kill(this.pid, "SIGCONT");
  }

  /** Resolves when it has been started more often than `starts`. */
  async startedAgain(starts) {
    await until(`${this.name} is started again`, () => this.#starts > starts);
  }

  /** Ends it as `npm start` would, for good. */
  async stop() {
    this.release();
    try {
      this.thaw();
    } catch {
      // It is gone, and about to be started again.
    }
    await this.#kept?.stop();
  }
}
