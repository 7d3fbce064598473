import { expect, test } from "vitest";
import { decide, type Halt } from "./decide";

const none = { ended: false, runAt: null, error: null, errorStepId: null };

test.each<[Halt, object]>([
  [{ kind: "completed" }, { ...none, state: "COMPLETED", job: "delete", ended: true }],
  [
    { kind: "failed", error: "No", stepId: "a" },
    { ...none, state: "FAILED", job: "delete", ended: true, error: "No", errorStepId: "a" },
  ],
  [{ kind: "cancelled" }, { ...none, state: "CANCELLED", job: "delete", ended: true }],
  [
    { kind: "waiting", until: 5 },
    { ...none, state: "WAITING", job: "wait", runAt: 5 },
  ],
  [{ kind: "held" }, { ...none, state: "HELD", job: "delete" }],
  [{ kind: "given-back" }, { ...none, state: "QUEUED", job: "ready" }],
  [{ kind: "checkpoint" }, { ...none, state: "RUNNING", job: "keep" }],
])("a transaction that is %j moves as the picture in docs/states.md says", (halt, decision) => {
  expect(decide(halt)).toEqual(decision);
});
