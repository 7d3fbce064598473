import type { Pool } from "pg";
import { decide, type Halt } from "@/lib/core/decide";
import { StepError } from "@/lib/core/errors";
import type { Caller } from "@/lib/http/call";
import { LineCap } from "@/lib/line-cap";
import { log } from "@/lib/log";
import { countEnd } from "@/lib/metrics/tallies";
import { cancelTransaction } from "@/lib/queue/cancel";
import type { ClaimedJob } from "@/lib/queue/claim";
import { matchKey } from "@/lib/queue/match-key";
import type { MidCycleNews, Settled, SettleEntry } from "@/lib/queue/settle";
import { stopCycle } from "@/lib/queue/stop-cycle";
import { isOnTrial } from "@/lib/queue/trial";
import { activeTracing } from "@/lib/tracing/active";
import type { TracedTurn } from "@/lib/tracing/turn";
import { beginRun } from "./begin";
import type { Advance } from "./engine/advance";
import type { RunClock } from "./engine/run-start";
import type { TransactionRun } from "./engine/transaction-run";
import { Outside } from "./outside";
import { RunControl } from "./run-control";
import { LeaseLost, type Settler } from "./settler";
import { isLong, summarise } from "./summarise";
import type { PreparedTransaction } from "./versions";

/** What the user reads when we made a mistake; the log has the rest. */
export const UNEXPECTED =
  "Spoke could not run this step because of an error of its own. Whoever runs Spoke finds it in the log.";

/** Lines in a second about transactions that did not do what they should: a broken cycle shall not fill the log. */
const LINES_PER_SECOND = 20;

const cap = new LineCap(LINES_PER_SECOND, (lines) => log.info({ lines }, "left out lines about settled transactions"));

export type RunPorts = {
  pool: Pool;
  clock: RunClock;
  caller: Caller;
  settler: Settler;
  /** Called before a transaction begins to wait, so that later ones of a strict cycle don't overtake it. */
  beforeWait: (job: ClaimedJob) => void;
};

/** One transaction in a worker's hands, from its claim to its settlement. */
export class Running {
  readonly control: RunControl;
  readonly job: ClaimedJob;
  /** When it got its slot, by `performance.now()`. */
  readonly takenAt = performance.now();
  readonly #loaded: PreparedTransaction;
  readonly #ports: RunPorts;
  readonly #startedAt: number;
  readonly #turn: TracedTurn | undefined;
  #run: TransactionRun | undefined;
  #checkpoints: number;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #marked = false;

  constructor(job: ClaimedJob, loaded: PreparedTransaction, ports: RunPorts, control = new RunControl()) {
    this.job = job;
    this.control = control;
    this.#loaded = loaded;
    this.#ports = ports;
    this.#startedAt = loaded.startedAt ?? ports.clock.now();
    this.#checkpoints = loaded.checkpoints;
    this.#turn = activeTracing()?.turn({
      ...job,
      headers: loaded.replayOf === null ? (loaded.request?.headers ?? null) : null,
      startedAt: ports.clock.now(),
    });
    if (loaded.cancelAsked) this.control.cancel();
  }

  /**
   * Runs as far as no outside call is needed. Gives a promise when the transaction keeps its slot until that resolves; without
   * one it has ended, and only its settlement is under way. One on trial keeps its slot until what became of it is stored: until
   * then it may be what its worker dies of.
   */
  begin(): Promise<void> | undefined {
    const onTrial = isOnTrial(this.job);
    let next: Advance | undefined;
    try {
      this.#run = beginRun(this.#loaded, this.#ports.clock);
      if (isLong(this.#loaded)) this.#lastWrite = summarise(this.job, this.#loaded, this.#ports);
      if (!onTrial && !this.control.cancelled) next = this.#run.advance();
    } catch (error) {
      const ended = this.#end(this.#failure(error));
      return onTrial ? ended : undefined;
    }
    if (next?.kind === "completed" || next?.kind === "held" || (next?.kind === "failed" && !next.stopCycle)) {
      void this.#end(toHalt(next));
      return undefined;
    }
    return this.#drive(this.#run, next);
  }

  /** Lets lists show a transaction as running that has taken a while. */
  async markRunning(): Promise<void> {
    if (this.#marked || this.#loaded.startedAt !== null) return;
    this.#marked = true;
    await this.#write({ kind: "checkpoint" }, null).catch(() => {});
  }

  async #drive(run: TransactionRun, first: Advance | undefined): Promise<void> {
    try {
      const halt = await this.#untilHalt(run, first);
      if (halt) await this.#end(halt);
    } catch (error) {
      await this.#end(this.#failure(error));
    }
  }

  async #untilHalt(run: TransactionRun, first: Advance | undefined): Promise<Halt | undefined> {
    let next = first;
    for (;;) {
      const halt = this.control.halt;
      if (halt === "lost") return undefined;
      if (halt !== undefined) {
        if (next?.kind === "call" || next?.kind === "script" || next?.kind === "expressions") run.callBrokenOff();
        if (next?.kind !== "completed" && next?.kind !== "failed" && next?.kind !== "held") return { kind: halt };
      }
      next ??= run.advance();
      switch (next.kind) {
        case "completed":
        case "held":
          return toHalt(next);
        case "failed":
          if (next.stopCycle) await this.#ports.settler.insist(() => stopCycle(this.#ports.pool, this.job));
          return toHalt(next);
        case "wait":
          if (!next.short) return { kind: "waiting", until: next.until };
          if (run.mustSave) await this.#save(run);
          await this.control.sleep(next.until - this.#ports.clock.now());
          break;
        case "call":
          if (run.mustSave) {
            await this.#save(run);
            if (this.control.halt !== undefined) continue;
          }
          // A worker that was frozen finds out here, before another call is made that a second worker makes as well.
          if (!this.#ports.settler.holds()) throw new LeaseLost();
          await this.#outside.call(run, next);
          break;
        case "script":
        case "expressions":
          if (run.mustSave) {
            await this.#save(run);
            if (this.control.halt !== undefined) continue;
          }
          if (next.kind === "script") await this.#outside.script(run, next);
          else await this.#outside.expressions(run, next);
          break;
        default:
          return next satisfies never;
      }
      next = undefined;
    }
  }

  get #outside(): Outside {
    const { caller, clock } = this.#ports;
    return new Outside({ job: this.job, control: this.control, turn: this.#turn, caller, clock });
  }

  /** Stores what was done so far; the transaction stays here. */
  async #save(run: TransactionRun): Promise<void> {
    const { owned, cancelAsked } = await this.#write({ kind: "checkpoint" }, run);
    if (owned) this.#traceSteps(run);
    run.saved();
    if (!owned) this.control.lose();
    if (cancelAsked) this.control.cancel();
  }

  async #end(halt: Halt): Promise<void> {
    if (halt.kind === "waiting") this.#ports.beforeWait(this.job);
    try {
      const { owned, cancelAsked, cancelled } = await this.#write(halt, this.#run);
      if (owned) this.#traceSteps(this.#run);
      const result: Halt = cancelled ? { kind: "cancelled" } : halt;
      this.#note(owned ? result : "lost");
      if (cancelled) countEnd("CANCELLED");
      else if (owned && cancelAsked && !decide(halt).ended) await this.#cancelLeft();
    } catch (error) {
      if (error instanceof LeaseLost) return this.#note("lost");
      log.error({ err: error, ...this.#ids() }, "could not store a transaction, storing it as failed");
      await this.#write(
        { kind: "failed", error: UNEXPECTED, stepId: this.#run?.currentStepId ?? null },
        undefined,
      ).then(
        () => this.#note({ kind: "failed", error: UNEXPECTED, stepId: null }),
        (again) => log.error({ err: again, ...this.#ids() }, "could not store a transaction"),
      );
    }
  }

  /** Nobody has it in hand any more who could heed what was asked: what is left would wait for its time, or for its cycle's start. */
  async #cancelLeft(): Promise<void> {
    const { pool, settler } = this.#ports;
    await settler
      .insist(() => cancelTransaction(pool, this.job))
      .then(
        (result) => result === "cancelled" && countEnd("CANCELLED"),
        (error) => log.warn({ err: error, ...this.#ids() }, "could not cancel a transaction, its next turn will"),
      );
  }

  #failure(error: unknown): Halt {
    if (error instanceof StepError) return { kind: "failed", error: error.message, stepId: this.#loaded.stepId };
    const stepId = this.#run?.currentStepId ?? null;
    if (!(error instanceof LeaseLost))
      log.error({ err: error, ...this.#ids(), step: stepId }, "a transaction met a bug");
    return { kind: "failed", error: UNEXPECTED, stepId };
  }

  /** Writes one after another: two statements about one transaction must not wait for each other in the database. */
  #write(halt: Halt, run: TransactionRun | null | undefined): Promise<Settled> {
    const write = this.#lastWrite.then(() => this.#ports.settler.settle(this.#entry(halt, run)));
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  #entry(halt: Halt, run: TransactionRun | null | undefined): SettleEntry {
    const decision = decide(halt);
    const response = run?.response;
    const waits = decision.ended ? [] : (run?.waits ?? []);
    const hasNews =
      run !== null && run !== undefined && (run.records.length > 0 || waits.length > 0 || this.#checkpoints > 0);
    return {
      ...decision,
      seq: this.job.seq,
      claim: this.job.claim,
      transactionId: this.job.transactionId,
      startedAt: this.#startedAt,
      endedAt: decision.ended ? this.#ports.clock.now() : null,
      response: response ? JSON.stringify(response) : null,
      checkpoint: hasNews
        ? { number: ++this.#checkpoints, steps: JSON.stringify(run.records), waits: JSON.stringify(waits) }
        : null,
      tellDoors: this.#loaded.synchronous && (decision.ended || response !== undefined),
      ...(this.#loaded.version?.holds ? { midCycle: this.#midCycle(run) } : {}),
    };
  }

  #midCycle(run: TransactionRun | null | undefined): MidCycleNews | undefined {
    if (run === null) return undefined;
    const { accountId, cycleId } = this.job;
    const { newest: known = 0, next } = this.#loaded.continuations ?? {};
    // One that can't even be begun with fails its transaction, and is gone by.
    const taken = next === undefined ? known : !run || run.hasContinued ? next.number : next.number - 1;
    const opened = (run?.opened ?? []).map((step) => ({ ...step, value: step.value && matchKey(step.value) }));
    return { accountId, cycleId, taken, known, held: run?.held ?? [], opened };
  }

  #ids() {
    const { accountId, cycleId, transactionId, seq, claim } = this.job;
    const ids = { partner: this.#loaded.partnerId, account: accountId, cycle: cycleId, transaction: transactionId };
    return { ...ids, seq, attempt: claim, trace: this.#turn?.traceId };
  }

  #traceSteps(run: TransactionRun | undefined): void {
    const plan = this.#loaded.version?.plan;
    if (run && plan) this.#turn?.steps(run.records, (stepId) => plan.steps[plan.indexOf.get(stepId)!]!.step.type);
  }

  /** Traces and logs how the turn ended: what went well at `debug`, the rest at `info`, what another worker has at `warn`. */
  #note(result: Halt | "lost"): void {
    const outcome = result === "lost" ? result : result.kind;
    const failed = result !== "lost" && result.kind === "failed";
    const stepId = failed ? result.stepId : undefined;
    const code = failed ? this.#run?.records.findLast((record) => record.outcome === "failed")?.error?.code : undefined;
    const now = this.#ports.clock.now();
    this.#turn?.end({ outcome, failed, endedAt: now, stepId, errorCode: code });
    const level =
      outcome === "completed" || outcome === "waiting" || outcome === "held"
        ? "debug"
        : outcome === "lost"
          ? "warn"
          : "info";
    if (!log.isLevelEnabled(level)) return;
    if (level !== "debug" && !log.isLevelEnabled("debug") && !cap.take()) return;
    const ms = Math.round((now - this.#startedAt) * 10) / 10;
    log[level]({ ...this.#ids(), step: stepId, ms, outcome, code }, "settled");
  }
}

function toHalt(end: Extract<Advance, { kind: "completed" | "held" | "failed" }>): Halt {
  return end.kind !== "failed" ? { kind: end.kind } : { kind: "failed", error: end.error, stepId: end.stepId };
}
