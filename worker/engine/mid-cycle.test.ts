import { describe, expect, test } from "vitest";
import type { Graph } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { graphOf } from "@/lib/core/testing";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import type { Advance } from "./advance";
import { compileVersion } from "./compile";
import type { PendingContinuation } from "./run-start";
import { call, delay, START, set, trigger } from "./testing";
import { TransactionRun } from "./transaction-run";

const hook = (id = "hook", settings: object = {}) => ({
  id,
  type: "webhook",
  settings: {
    matchIncoming: "body.id",
    matchExisting: { source: "step-field", stepId: "trigger", path: ["body", "id"] },
    ...settings,
  },
});
const isDone = {
  id: "done",
  type: "decision",
  settings: {
    groups: [
      {
        conditions: [
          {
            left: { source: "step-field", stepId: "hook", path: ["body", "status"] },
            operator: "equals",
            right: { source: "value", text: "Despatched" },
          },
        ],
      },
    ],
  },
};
const body = (value: Json): Json => ({ body: value, query: {}, headers: {} });

/** A transaction that is stored after each turn, as workers do, and taken up again by the next one. */
class Stored {
  readonly clock = { ms: START };
  readonly steps: StepRecord[] = [];
  waits: Wait[] = [];
  #number = 0;
  readonly #graph: Graph;
  readonly #input: Json;

  constructor(graph: Graph, input: Json) {
    this.#graph = graph;
    this.#input = body(input);
  }

  run(continuation?: PendingContinuation): TransactionRun {
    const version = compileVersion(this.#graph, "trigger")!;
    const { steps, waits } = this;
    const given = {
      version,
      input: this.#input,
      steps,
      waits,
      responded: false,
      now: this.clock.ms,
      secret: () => undefined,
    };
    return new TransactionRun({ ...given, continuation }, { now: () => this.clock.ms, random: () => 0.5 });
  }

  store(run: TransactionRun, ended = false): void {
    this.steps.push(...(JSON.parse(JSON.stringify(run.records)) as StepRecord[]));
    this.waits = ended ? [] : (JSON.parse(JSON.stringify(run.waits)) as Wait[]);
  }

  /** Runs a turn to its halt and stores it; gives the halt and the steps that ended in it. */
  turn(continuation?: PendingContinuation): [Advance["kind"], string] {
    const run = this.run(continuation);
    const { kind } = run.advance();
    const ran = run.records.map(({ stepId, visit }) => `${stepId}${visit}`).join(" ");
    this.store(run, kind === "completed" || kind === "failed");
    return [kind, ran];
  }

  continue(stepId: string, data: Json | undefined): [Advance["kind"], string] {
    return this.turn({ number: ++this.#number, stepId, data: data === undefined ? undefined : body(data) });
  }

  output(stepId: string): unknown {
    return this.steps.findLast((step) => step.stepId === stepId)?.output;
  }
}

const chain = graphOf(
  [trigger, hook(), set("after", "{{trigger.body.id}} {{hook.body.status}}")],
  ["trigger -> hook", "hook -> after"],
);

describe("a mid-cycle webhook", () => {
  test("holds the transaction with the value that requests have to carry", () => {
    const run = new Stored(chain, { id: " A-10 " }).run();
    expect(run.advance()).toEqual({ kind: "held" });
    expect(run.opened).toEqual([{ stepId: "hook", value: "A-10", since: START, until: null }]);
    expect(run.held).toEqual(["hook"]);
    expect(run.waits).toEqual([
      {
        stepId: "hook",
        visit: 1,
        reason: "hold",
        startedAt: "2026-03-01T12:00:00.000Z",
        until: null,
        input: { value: "A-10" },
      },
    ]);
    expect(run.mustSave).toBe(true);
  });

  test.each([[{}], [{ id: null }], [{ id: "  " }], [{ id: ["A-10"] }]])(
    "holds %j without a value that could match",
    (input) => {
      const run = new Stored(chain, input).run();
      run.advance();
      expect(run.opened).toMatchObject([{ value: null }]);
    },
  );

  test("goes on with the request's data as its own, again and again", () => {
    const stored = new Stored(chain, { id: "A-10" });
    expect(stored.turn()).toEqual(["held", "trigger1"]);
    expect(stored.continue("hook", { status: "Received" })).toEqual(["completed", "hook1 after1"]);
    expect(stored.output("after")).toEqual({ value: "A-10 Received" });
    expect(stored.continue("hook", { status: "Picked" })).toEqual(["completed", "hook2 after2"]);
    expect(stored.output("after")).toEqual({ value: "A-10 Picked" });
    expect(stored.steps.filter((step) => step.continuation).map((step) => step.continuation)).toEqual([1, 2]);
  });

  test("lets a Decision after it go on for one status only", () => {
    const graph = graphOf(
      [trigger, hook(), isDone, set("mail", "sent")],
      ["trigger -> hook", "hook -> done", "done:true -> mail"],
    );
    const stored = new Stored(graph, { id: 7 });
    stored.turn();
    const ran = ["Received", "Picked", "Packed", "Despatched"].map((status) => stored.continue("hook", { status })[1]);
    expect(ran).toEqual(["hook1 done1", "hook2 done2", "hook3 done3", "hook4 done4 mail1"]);
  });

  test("keeps what was done before it and beside it", () => {
    const graph = graphOf(
      [
        trigger,
        set("before", "b"),
        hook(),
        set("beside", "s"),
        set("join", "{{before.value}}{{hook.body.n}}{{beside.value}}"),
      ],
      ["trigger -> before", "before -> hook", "trigger -> beside", "hook -> join", "beside -> join"],
    );
    const stored = new Stored(graph, { id: 1 });
    expect(stored.turn()).toEqual(["held", "trigger1 before1 beside1"]);
    expect(stored.continue("hook", { n: 1 })).toEqual(["completed", "hook1 join1"]);
    expect(stored.continue("hook", { n: 2 })).toEqual(["completed", "hook2 join2"]);
    expect(stored.output("join")).toEqual({ value: "b2s" });
  });

  test("forgets what an earlier way through the steps below has given", () => {
    const graph = graphOf(
      [trigger, hook(), isDone, set("yes", "old"), set("no", "seen: {{yes.value}}")],
      ["trigger -> hook", "hook -> done", "done:true -> yes", "done:false -> no"],
    );
    const stored = new Stored(graph, { id: 1 });
    stored.turn();
    stored.continue("hook", { status: "Despatched" });
    stored.continue("hook", { status: "Packed" });
    expect(stored.output("no")).toEqual({ value: "seen: " });
  });

  test("leaves by Timed out when its time is over, once", () => {
    const graph = graphOf(
      [
        trigger,
        hook("hook", { timeoutSeconds: 60 }),
        set("in_time", "{{hook.body.n}}"),
        set("late", "late {{hook.body.n}}"),
      ],
      ["trigger -> hook", "hook -> in_time", "hook:timed-out -> late"],
    );
    const stored = new Stored(graph, { id: 1 });
    const run = stored.run();
    run.advance();
    expect(run.opened).toMatchObject([{ until: START + 60_000 }]);
    stored.store(run);
    stored.clock.ms += 60_000;
    expect(stored.continue("hook", undefined)).toEqual(["completed", "hook1 late1"]);
    expect(stored.continue("hook", undefined)).toEqual(["completed", ""]);
    expect(stored.continue("hook", { n: 2 })).toEqual(["completed", "hook2 in_time1"]);
  });

  test("does not time out after a request", () => {
    const graph = graphOf(
      [trigger, hook("hook", { timeoutSeconds: 60 }), set("late", "late")],
      ["trigger -> hook", "hook:timed-out -> late"],
    );
    const stored = new Stored(graph, { id: 1 });
    stored.turn();
    stored.continue("hook", {});
    expect(stored.continue("hook", undefined)).toEqual(["completed", ""]);
  });
});

describe("several mid-cycle webhooks", () => {
  const two = graphOf(
    [trigger, hook("first"), hook("second"), set("end", "{{first.body.n}} {{second.body.n}}")],
    ["trigger -> first", "first -> second", "second -> end"],
  );

  test("hold one after the other, and anew when an earlier one is continued again", () => {
    const stored = new Stored(two, { id: 1 });
    stored.turn();
    expect(stored.continue("first", { n: 1 })).toEqual(["held", "first1"]);
    expect(stored.continue("second", { n: 2 })).toEqual(["completed", "second1 end1"]);
    expect(stored.continue("first", { n: 3 })).toEqual(["held", "first2"]);
    expect(stored.waits).toMatchObject([{ stepId: "second", visit: 2 }]);
    expect(stored.continue("first", { n: 4 })).toEqual(["held", "first3"]);
    expect(stored.continue("second", { n: 5 })).toEqual(["completed", "second3 end2"]);
    expect(stored.output("end")).toEqual({ value: "4 5" });
  });

  test("beside each other hold until both have been continued", () => {
    const graph = graphOf(
      [trigger, hook("left"), hook("right"), set("join", "{{left.body.n}}{{right.body.n}}")],
      ["trigger -> left", "trigger -> right", "left -> join", "right -> join"],
    );
    const stored = new Stored(graph, { id: 1 });
    expect(stored.turn()).toEqual(["held", "trigger1"]);
    expect(stored.continue("right", { n: 2 })).toEqual(["held", "right1"]);
    expect(stored.continue("right", { n: 3 })).toEqual(["held", "right2"]);
    expect(stored.continue("left", { n: 1 })).toEqual(["completed", "left1 join1"]);
    expect(stored.continue("right", { n: 4 })).toEqual(["completed", "right3 join2"]);
    expect(stored.output("join")).toEqual({ value: "14" });
  });
});

describe("a continuation", () => {
  test("waits for the end of an earlier way through the same steps", () => {
    const graph = graphOf(
      [trigger, hook(), delay("pause", 60), set("end", "{{hook.body.n}}")],
      ["trigger -> hook", "hook -> pause", "pause -> end"],
    );
    const stored = new Stored(graph, { id: 1 });
    stored.turn();
    expect(stored.continue("hook", { n: 1 })).toEqual(["wait", "hook1"]);
    const early = stored.run({ number: 2, stepId: "hook", data: body({ n: 2 }) });
    expect(early.advance()).toMatchObject({ kind: "wait", until: START + 60_000 });
    expect(early.hasContinued).toBe(false);
    stored.clock.ms += 60_000;
    expect(stored.continue("hook", { n: 2 })).toEqual(["wait", "pause1 end1 hook2"]);
    expect(stored.output("end")).toEqual({ value: 1 });
  });

  test("does not wait for what goes on beside it", () => {
    const graph = graphOf(
      [trigger, hook(), set("end", "{{hook.body.n}}"), delay("pause", 60)],
      ["trigger -> hook", "hook -> end", "trigger -> pause"],
    );
    const stored = new Stored(graph, { id: 1 });
    expect(stored.turn()).toEqual(["wait", "trigger1"]);
    expect(stored.continue("hook", { n: 1 })).toEqual(["wait", "hook1 end1"]);
    stored.clock.ms += 60_000;
    expect(stored.turn()).toEqual(["completed", "pause1"]);
  });

  test("runs nothing that was left when the transaction failed", () => {
    const broken = { id: "broken", type: "unknown" };
    const graph = graphOf(
      [trigger, hook(), set("end", "{{hook.body.n}}"), broken, set("never", "x")],
      ["trigger -> hook", "hook -> end", "trigger -> broken", "trigger -> never"],
    );
    const stored = new Stored(graph, { id: 1 });
    expect(stored.turn()).toEqual(["failed", "trigger1 broken1"]);
    expect(stored.continue("hook", { n: 1 })).toEqual(["completed", "hook1 end1"]);
  });

  test("makes its outside calls as visits of their own", () => {
    const graph = graphOf([trigger, hook(), call("a")], ["trigger -> hook", "hook -> a"]);
    const stored = new Stored(graph, { id: 1 });
    stored.turn();
    for (const visit of [1, 2]) {
      const run = stored.run({ number: visit, stepId: "hook", data: body({}) });
      expect(run.advance()).toMatchObject({ kind: "call", stepId: "a", visit });
      run.answered({ status: 200, headers: [], body: null, sizeBytes: 0 });
      expect(run.advance()).toEqual({ kind: "completed" });
      stored.store(run, true);
    }
  });

  test("is begun again by another worker as the same visit", () => {
    const graph = graphOf([trigger, hook(), call("a"), call("b")], ["trigger -> hook", "hook -> a", "a -> b"]);
    const stored = new Stored(graph, { id: 1 });
    stored.turn();
    const continuation = { number: 1, stepId: "hook", data: body({}) };
    const dead = stored.run(continuation);
    dead.advance();
    dead.answered({ status: 200, headers: [], body: 1, sizeBytes: 0 });
    expect(dead.advance()).toMatchObject({ kind: "call", stepId: "b", visit: 1 });
    stored.store(dead);
    expect(stored.run().advance()).toMatchObject({ kind: "call", stepId: "b", visit: 1 });
  });
});
