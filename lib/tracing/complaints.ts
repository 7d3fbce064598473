const MINUTE_MS = 60_000;

/** What went wrong last, and how often something did since the last report. */
export type Complaint = { problem: string; times: number };

/** Reports the first of many complaints at once and the others once a minute. */
export class Complaints {
  readonly #report: (complaint: Complaint) => void;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #problem = "";
  #times = 0;

  constructor(report: (complaint: Complaint) => void, everyMs = MINUTE_MS) {
    this.#report = report;
    this.#everyMs = everyMs;
  }

  note(problem: string): void {
    this.#problem = problem.slice(0, 500);
    this.#times++;
    if (this.#timer === undefined) this.#tell();
  }

  /** Reports what is left. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#times > 0) this.#report({ problem: this.#problem, times: this.#times });
    this.#times = 0;
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#times === 0) return;
    this.#report({ problem: this.#problem, times: this.#times });
    this.#times = 0;
    this.#timer = setTimeout(() => this.#tell(), this.#everyMs).unref();
  }
}
