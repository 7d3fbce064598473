import { expect, test } from "vitest";
import { OnError, type OnErrorThen } from "../graph";
import { type AfterFailure, afterFailure } from "./on-failure";

const onError = (then: OnErrorThen) => OnError.parse({ retries: 2, firstWaitSeconds: 4, wait: "fixed", then });
const passing = { retryable: true };
const lasting = { retryable: false };

test("tries again as often as the step says, and no longer", () => {
  const after = [1, 2, 3].map((attempt) =>
    afterFailure({ error: passing, onError: onError("continue"), attempt, random: 0.5 }),
  );
  expect(after).toEqual([{ kind: "retry", waitMs: 4_000 }, { kind: "retry", waitMs: 4_000 }, { kind: "go-on" }]);
});

test("waits as long as the application asks", () => {
  const error = { retryable: true, retryAfterMs: 90_000 };
  expect(afterFailure({ error, onError: onError("stop"), attempt: 1, random: 0 })).toEqual({
    kind: "retry",
    waitMs: 90_000,
  });
});

test.each<[OnErrorThen, AfterFailure]>([
  ["stop", { kind: "fail", stopCycle: false }],
  ["stop-cycle", { kind: "fail", stopCycle: true }],
  ["continue", { kind: "go-on" }],
  ["error-exit", { kind: "error-exit" }],
])("does not try again what can't help, and then does %s", (then, after) => {
  expect(afterFailure({ error: lasting, onError: onError(then), attempt: 1, random: 0 })).toEqual(after);
});

test("tries three times more and then stops when the step says nothing", () => {
  expect(afterFailure({ error: passing, attempt: 3, random: 0.5 })).toEqual({ kind: "retry", waitMs: 4_000 });
  expect(afterFailure({ error: passing, attempt: 4, random: 0.5 })).toEqual({ kind: "fail", stopCycle: false });
});
