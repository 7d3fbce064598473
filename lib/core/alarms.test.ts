import { describe, expect, it } from "vitest";
import { type AlarmRules, NO_RULES } from "./alarm-rules";
import {
  type AlarmDecision,
  type AlarmReading,
  type AlarmState,
  decideAlarms,
  initialAlarmState,
  raisedRules,
} from "./alarms";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse("2026-03-01T12:00:00Z");

const silentFor = (hours: number): AlarmRules => ({ ...NO_RULES, silence: { hours } });
const limit = { percent: 50, atLeast: 10, withinMinutes: 60 };
const refusing: AlarmRules = { ...NO_RULES, refused: limit };
const failing: AlarmRules = { ...NO_RULES, failed: limit };
const nothing = { requests: 0, refused: 0, accepted: 0, failed: 0 };

/** A reading `minutes` after the start, a minute after the last check. */
const at = (minutes: number, rest: Partial<AlarmReading> = {}): AlarmReading => ({
  now: START + minutes * MINUTE,
  checkedAt: START + (minutes - 1) * MINUTE,
  watchedSince: START - HOUR,
  lastRequestAt: null,
  added: nothing,
  ...rest,
});

/** Looks at the readings one after another. */
function decideAll(rules: AlarmRules, ...readings: AlarmReading[]): AlarmDecision[] {
  let state: AlarmState = initialAlarmState();
  return readings.map((reading) => {
    const decision = decideAlarms(rules, state, reading);
    state = decision.state;
    return decision;
  });
}

const kinds = (decisions: AlarmDecision[]) => decisions.map(({ events }) => events.map(({ kind }) => kind).join());

describe("silence", () => {
  it.each([
    { what: "a request came just within the time", hours: 5, quietMinutes: 299, raised: false },
    { what: "the time is over", hours: 5, quietMinutes: 300, raised: true },
    { what: "an hour is over", hours: 1, quietMinutes: 60, raised: true },
  ])("is raised: $raised when $what", ({ hours, quietMinutes, raised }) => {
    const lastRequestAt = START - quietMinutes * MINUTE;
    const reading = at(0, { lastRequestAt, watchedSince: START - 100 * HOUR });
    const [decision] = decideAll(silentFor(hours), reading);
    expect(raisedRules(decision!.state)).toEqual(raised ? ["silence"] : []);
    expect(decision!.events).toEqual(
      raised ? [{ rule: "silence", kind: "raised", since: lastRequestAt, percent: null, total: 0 }] : [],
    );
  });

  it("is not raised before the first period after a start, however old the last request is", () => {
    const lastRequestAt = START - 100 * HOUR;
    const started = { lastRequestAt, watchedSince: START };
    expect(kinds(decideAll(silentFor(2), at(0, started), at(119, started), at(120, started)))).toEqual([
      "",
      "",
      "raised",
    ]);
  });

  it("counts from the start when no request ever came", () => {
    const [decision] = decideAll(silentFor(2), at(0, { watchedSince: START - 3 * HOUR }));
    expect(decision?.events).toMatchObject([{ kind: "raised", since: START - 3 * HOUR }]);
  });

  it("is never raised while requests are not taken", () => {
    expect(kinds(decideAll(silentFor(1), at(0, { watchedSince: null, lastRequestAt: START - 9 * HOUR })))).toEqual([
      "",
    ]);
  });

  it("is told once, again each day, and once that it is over", () => {
    const silent = { lastRequestAt: START - HOUR };
    const decisions = decideAll(
      silentFor(1),
      at(0, silent),
      at(1, silent),
      at(24 * 60 - 1, silent),
      at(24 * 60, silent),
      at(24 * 60 + 1, silent),
      at(24 * 60 + 2, { lastRequestAt: START + 24 * HOUR + 90_000 }),
      at(24 * 60 + 3, { lastRequestAt: START + 24 * HOUR + 90_000 }),
    );
    expect(kinds(decisions)).toEqual(["raised", "", "", "reminder", "", "resolved", ""]);
    expect(decisions[5]?.events).toMatchObject([{ since: START - HOUR, because: "over" }]);
  });

  it("is looked at again when it can be reached, at the latest after an hour, each minute while it lasts", () => {
    const inMinutes = (decision?: AlarmDecision) => ((decision?.nextCheckAt ?? 0) - START) / MINUTE;
    const soon = decideAll(silentFor(1), at(0, { lastRequestAt: START - 50 * MINUTE }));
    const late = decideAll(silentFor(9), at(0, { lastRequestAt: START }));
    const raised = decideAll(silentFor(1), at(0, { lastRequestAt: START - HOUR }));
    const stopped = decideAll(silentFor(1), at(0, { watchedSince: null }));
    expect([soon[0], late[0], raised[0], stopped[0]].map(inMinutes)).toEqual([10, 60, 1, 5]);
  });
});

describe("a share", () => {
  it.each([
    { what: "it reaches the limit", requests: 20, refused: 10, events: "raised" },
    { what: "it is below the limit", requests: 21, refused: 10, events: "" },
    { what: "there are too few requests", requests: 9, refused: 9, events: "" },
    { what: "there are just enough requests", requests: 10, refused: 10, events: "raised" },
    { what: "nothing came", requests: 0, refused: 0, events: "" },
  ])("gives '$events' when $what", ({ requests, refused, events }) => {
    expect(kinds(decideAll(refusing, at(0, { added: { ...nothing, requests, refused } })))).toEqual([events]);
  });

  it("is taken of what came within its time", () => {
    const bad = { ...nothing, requests: 10, refused: 10 };
    const good = { ...nothing, requests: 9, refused: 0 };
    const decisions = decideAll(
      { ...NO_RULES, refused: { ...limit, atLeast: 15 } },
      at(0, { added: bad }),
      at(70, { checkedAt: START + 69 * MINUTE, added: good }),
      at(71, { added: { ...bad, requests: 5, refused: 5 } }),
      at(72, { added: bad }),
    );
    expect(kinds(decisions)).toEqual(["", "", "", "raised"]);
    expect(decisions[3]?.events).toMatchObject([{ percent: 62, total: 24 }]);
  });

  it("is over when it has been below its limit for its whole time, so that one at its limit is no flood", () => {
    const bad = { added: { ...nothing, requests: 10, refused: 10 } };
    const good = { added: { ...nothing, requests: 1_000, refused: 0 } };
    const decisions = decideAll(refusing, at(0, bad), at(10, good), at(59, good), at(60, good), at(61, good));
    expect(kinds(decisions)).toEqual(["raised", "", "", "resolved", ""]);
  });

  it("of failed transactions is taken of the requests that began one", () => {
    const added = { requests: 100, refused: 80, accepted: 20, failed: 10 };
    expect(decideAll(failing, at(0, { added }))[0]?.events).toMatchObject([{ rule: "failed", percent: 50, total: 20 }]);
  });

  it("of failed transactions is never more than all: late failures count among those that came", () => {
    const added = { ...nothing, accepted: 1, failed: 12 };
    expect(decideAll(failing, at(0, { added }))[0]?.events).toMatchObject([{ percent: 100, total: 12 }]);
  });

  it("leaves out what came while requests were not taken all the time", () => {
    const added = { ...nothing, requests: 50, refused: 50 };
    const decisions = decideAll(
      refusing,
      at(0, { watchedSince: null, added }),
      at(1, { watchedSince: START + 30_000, added }),
      at(2, { watchedSince: START + 30_000, added: { ...nothing, requests: 10, refused: 1 } }),
    );
    expect(kinds(decisions)).toEqual(["", "", ""]);
  });

  it("keeps few samples, however long it goes on", () => {
    const readings = Array.from({ length: 2_000 }, (_, minute) => at(minute, { added: { ...nothing, requests: 1 } }));
    const last = decideAll(refusing, ...readings).at(-1)!;
    expect(last.state.refused.samples.length).toBeLessThan(25);
    expect(last.state.refused.samples.reduce((sum, { total }) => sum + total, 0)).toBeGreaterThanOrEqual(60);
  });
});

describe("an alarm that is raised", () => {
  const added = { ...nothing, requests: 10, refused: 10 };

  it("ends, with the reason, when its rule is switched off", () => {
    const [{ state }] = decideAll(refusing, at(0, { added })) as [AlarmDecision];
    const { events, nextCheckAt } = decideAlarms(NO_RULES, state, at(1));
    expect(events).toMatchObject([{ rule: "refused", kind: "resolved", because: "off", since: START }]);
    expect(nextCheckAt).toBeNull();
  });

  it("ends, with the reason, when its cycle is stopped, and begins anew after that", () => {
    const decisions = decideAll(
      refusing,
      at(0, { added }),
      at(1, { watchedSince: null }),
      at(2, { watchedSince: START + 90_000, added }),
      at(3, { watchedSince: START + 90_000, added }),
    );
    expect(kinds(decisions)).toEqual(["raised", "resolved", "", "raised"]);
    expect(decisions[1]?.events).toMatchObject([{ because: "unwatched" }]);
  });
});

it("keeps rules apart: each is told by itself", () => {
  const rules: AlarmRules = { silence: { hours: 1 }, refused: limit, failed: limit };
  const added = { requests: 20, refused: 10, accepted: 10, failed: 10 };
  const [decision] = decideAll(rules, at(0, { lastRequestAt: START - HOUR, added }));
  expect(decision?.events.map(({ rule }) => rule)).toEqual(["silence", "refused", "failed"]);
  expect(raisedRules(decision!.state)).toEqual(["silence", "refused", "failed"]);
});
