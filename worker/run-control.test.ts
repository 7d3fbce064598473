import { expect, test } from "vitest";
import { RunControl } from "./run-control";

test("giving back lets a call under way end, and wakes what sleeps", async () => {
  const control = new RunControl();
  const { signal } = control;
  const asleep = control.sleep(60_000);
  control.giveBack();
  await asleep;
  expect([control.halt, signal.aborted]).toEqual(["given-back", false]);
});

test.each([
  ["cancelled", (control: RunControl) => control.cancel()],
  ["lost", (control: RunControl) => control.lose()],
  ["given-back", (control: RunControl) => control.breakOff()],
])("%s breaks a call off", (halt, act) => {
  const control = new RunControl();
  const { signal } = control;
  act(control);
  expect([control.halt, signal.aborted]).toEqual([halt, true]);
});

test("what is lost can't be cancelled, what is cancelled can't be given back", () => {
  const lost = new RunControl();
  lost.lose();
  lost.cancel();
  const cancelled = new RunControl();
  cancelled.cancel();
  cancelled.giveBack();
  expect([lost.halt, cancelled.halt, cancelled.cancelled]).toEqual(["lost", "cancelled", true]);
});

test("a call that begins after a cancel is broken off at once, and nothing sleeps", async () => {
  const control = new RunControl();
  control.cancel();
  await control.sleep(60_000);
  expect(control.signal.aborted).toBe(true);
});
