import { expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import { compileVersion } from "./compile";
import type { PendingContinuation, RunSummary } from "./run-start";
import { delay, START, set, trigger } from "./testing";
import { TransactionRun } from "./transaction-run";

const STATUSES = ["go", "stop", "other"];

const hook = (id: string, settings: object = {}) => ({
  id,
  type: "webhook",
  settings: {
    matchIncoming: "body.id",
    matchExisting: { source: "step-field", stepId: "trigger", path: ["body", "id"] },
    ...settings,
  },
});
const when = (id: string, stepId: string, text: string) => ({
  id,
  type: "decision",
  settings: {
    groups: [
      {
        conditions: [
          {
            left: { source: "step-field", stepId, path: ["body", "status"] },
            operator: "equals",
            right: { source: "value", text },
          },
        ],
      },
    ],
  },
});

/** Two webhooks one after the other, what joins behind a decision between them, an end, and steps beside them. */
const graph = graphOf(
  [
    trigger,
    set("before", "{{trigger.body.id}}"),
    hook("first", { timeoutSeconds: 90 }),
    set("late", "{{before.value}}"),
    when("goes", "first", "go"),
    set("gone", "{{first.body.status}} {{before.value}} {{beside.value}}"),
    hook("second"),
    delay("rest", 30),
    set("joined", "{{second.body.status}} {{gone.value}} {{late.value}}"),
    when("stops", "second", "stop"),
    { id: "end", type: "stop", settings: {} },
    delay("wait", 200),
    set("beside", "{{trigger.body.id}}"),
  ],
  [
    ...["trigger -> before", "before -> first", "first -> goes", "first:timed-out -> late", "goes:true -> gone"],
    ...["gone -> second", "goes:false -> joined", "second -> rest", "rest -> joined", "late -> joined"],
    ...["second -> stops", "stops:true -> end", "trigger -> wait", "wait -> beside"],
  ],
);
const version = compileVersion(graph, "trigger")!;

type Taken = { summary?: RunSummary; steps: StepRecord[]; waits: Wait[]; continuation?: PendingContinuation };

const stored = <T>(value: T) => JSON.parse(JSON.stringify(value)) as T;

function runFrom(taken: Taken, now: number): TransactionRun {
  const input = { body: { id: "A-10" }, query: {}, headers: {} };
  const start = { version, input, responded: false, now, secret: () => undefined, ...taken };
  return new TransactionRun(start, { now: () => now, random: () => 0.5 });
}

/** What a turn does and leaves. */
function turnOf(taken: Taken, now: number) {
  const run = runFrom(taken, now);
  const { kind } = run.advance();
  const { opened, hasContinued } = run;
  return stored({ kind, records: run.records, waits: run.waits, opened, hasContinued, data: run.scriptData.steps });
}

const summaryOf = (taken: Taken, now: number) => stored(runFrom({ ...taken, waits: [] }, now).summary);

/** Numbers below `most`, the same for every seed. */
function dice(seed: number) {
  let state = seed;
  return (most: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % most;
  };
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  "what checkpoints have left lets a transaction go on as all of them do: way %i",
  (seed) => {
    const roll = dice(seed);
    const reached: string[] = [];
    let now = START;
    let whole: Taken = { steps: [], waits: [] };
    let summarised: Taken = whole;
    for (let number = 1; number <= 40; number++) {
      const turn = turnOf(whole, now);
      expect(turnOf(summarised, now)).toEqual(turn);
      expect(summaryOf(summarised, now)).toEqual(summaryOf(whole, now));

      for (const { stepId } of turn.opened) if (!reached.includes(stepId)) reached.push(stepId);
      const stepId = reached[roll(reached.length)]!;
      const isTimeout = stepId === "first" && roll(4) === 0;
      const data = isTimeout ? undefined : { body: { status: STATUSES[roll(3)]! }, query: {}, headers: {} };
      const hasEnded = turn.kind === "completed" || turn.kind === "failed";
      const next = { waits: hasEnded ? [] : turn.waits, continuation: { number, stepId, data } };
      // As workers do now and then, at the beginning of a turn.
      const base = roll(3) === 0 ? { summary: summaryOf(summarised, now), steps: [] } : summarised;
      whole = { ...next, steps: [...whole.steps, ...turn.records] };
      summarised = { ...next, summary: base.summary, steps: [...base.steps, ...turn.records] };
      now += roll(60) * 1_000;
    }
    const visits = whole.steps.filter((step) => step.stepId === "goes").length;
    expect(visits).toBeGreaterThan(5);
    expect(summaryOf(summarised, now).steps).toHaveLength(graph.steps.length);
  },
);
