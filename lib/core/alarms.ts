import { type AlarmRuleName, type AlarmRules, alarmRuleNames, type ShareLimit } from "./alarm-rules";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** An alarm that lasts is told again so often. */
export const REMINDER_MS = 24 * HOUR_MS;
/** Shares have to stay below their limit for their time, and for this at least, before an alarm is over. */
const SHORTEST_CALM_MS = 15 * MINUTE_MS;
/** A share is measured in so many parts of its time. */
const PARTS = 20;
const PART_MS = { least: 15 * SECOND_MS, most: 30 * MINUTE_MS };
/** How soon a raised silence is found to be over. */
const RAISED_SILENCE_MS = MINUTE_MS;
/** Silences are looked at so often at least: a cycle may have been stopped or started meanwhile. */
const LONGEST_MS = HOUR_MS;
/** How soon a start is noticed: sooner than the shortest silence. */
const UNWATCHED_MS = 5 * MINUTE_MS;

/** A raised alarm; times are milliseconds since 1970. */
export type Alarm = {
  /** Of a silence: the last request, or the start after which none came. Of a share: when it was found. */
  since: number;
  toldAt: number;
  /** When its rule was last found broken. */
  brokenAt: number;
  /** The share then; null for a silence. */
  percent: number | null;
};

/** What came from `from` to `to`. */
export type Sample = { from: number; to: number; total: number; bad: number };

export type ShareState = { alarm: Alarm | null; samples: Sample[] };
export type AlarmState = { silence: Alarm | null; refused: ShareState; failed: ShareState };

export const initialAlarmState = (): AlarmState => ({
  silence: null,
  refused: { alarm: null, samples: [] },
  failed: { alarm: null, samples: [] },
});

/** What is known of a webhook now; times are milliseconds since 1970. */
export type AlarmReading = {
  now: number;
  /** The last check: what is `added` came since then. */
  checkedAt: number;
  /** Since when requests are taken without a break; null: they are not. */
  watchedSince: number | null;
  lastRequestAt: number | null;
  added: { requests: number; refused: number; accepted: number; failed: number };
};

export type AlarmEvent = {
  rule: AlarmRuleName;
  kind: "raised" | "reminder" | "resolved";
  since: number;
  percent: number | null;
  /** What the share was measured on; 0 for a silence. */
  total: number;
  /** Why it is over: requests are as they should be, are not taken now, or the rule was switched off. */
  because?: "over" | "unwatched" | "off";
};

export type AlarmDecision = {
  state: AlarmState;
  events: AlarmEvent[];
  /** Milliseconds since 1970; null when no rule is set. */
  nextCheckAt: number | null;
};

type Finding = { broken: boolean; since: number; percent: number | null; total: number };

/** Says which alarms a webhook's rules raise, repeat or end now, and when to look again. */
export function decideAlarms(rules: AlarmRules, state: AlarmState, reading: AlarmReading): AlarmDecision {
  const events: AlarmEvent[] = [];
  const next: number[] = [];
  const tell = (rule: AlarmRuleName, alarm: Alarm | null, finding: Finding | undefined, calmMs: number) => {
    const { alarm: now, event } = turn(alarm, finding, { now: reading.now, calmMs });
    if (event) events.push({ rule, ...(finding ? event : { ...event, because: rules[rule] ? "unwatched" : "off" }) });
    return now;
  };
  const watched = reading.watchedSince !== null;

  const silence = tell("silence", state.silence, findSilence(rules, reading), 0);
  if (rules.silence) next.push(nextSilenceCheck(rules.silence.hours * HOUR_MS, silence, reading));
  const share = (rule: "refused" | "failed"): ShareState => {
    const limit = rules[rule];
    const samples = limit && watched ? samplesOf(rule, state[rule].samples, { limit, reading }) : [];
    if (limit) next.push(reading.now + partMs(limit));
    const calmMs = limit ? Math.max(limit.withinMinutes * MINUTE_MS, SHORTEST_CALM_MS) : 0;
    const finding = limit && watched ? findShare(limit, samples, reading.now) : undefined;
    return { alarm: tell(rule, state[rule].alarm, finding, calmMs), samples };
  };
  const shares = { refused: share("refused"), failed: share("failed") };
  const soonest = next.length === 0 ? null : Math.min(...next);
  const nextCheckAt = soonest === null || watched ? soonest : reading.now + UNWATCHED_MS;
  return { state: { silence, ...shares }, events, nextCheckAt };
}

/** The rules whose alarm is raised. */
export const raisedRules = (state: AlarmState): AlarmRuleName[] =>
  alarmRuleNames.filter((name) => alarmOf(state, name) !== null);

/** The raised alarm of a rule. */
export const alarmOf = (state: AlarmState, name: AlarmRuleName): Alarm | null =>
  name === "silence" ? state.silence : state[name].alarm;

type Turn = { alarm: Alarm | null; event?: Omit<AlarmEvent, "rule"> };

/** From one finding to the next: an alarm is raised once, repeated daily, and over once. */
function turn(
  alarm: Alarm | null,
  finding: Finding | undefined,
  { now, calmMs }: { now: number; calmMs: number },
): Turn {
  if (!finding) {
    if (!alarm) return { alarm: null };
    return { alarm: null, event: { kind: "resolved", since: alarm.since, percent: null, total: 0 } };
  }
  const { broken, since, percent, total } = finding;
  if (!alarm) {
    if (!broken) return { alarm: null };
    return {
      alarm: { since, toldAt: now, brokenAt: now, percent },
      event: { kind: "raised", since, percent, total },
    };
  }
  if (broken) {
    const isDue = now - alarm.toldAt >= REMINDER_MS;
    const known = { ...alarm, brokenAt: now, percent, toldAt: isDue ? now : alarm.toldAt };
    return isDue ? { alarm: known, event: { kind: "reminder", since: alarm.since, percent, total } } : { alarm: known };
  }
  if (now - alarm.brokenAt < calmMs) return { alarm };
  return { alarm: null, event: { kind: "resolved", since: alarm.since, percent, total, because: "over" } };
}

/** The last request, or since when one could have come. */
const quietSince = ({ lastRequestAt, watchedSince }: AlarmReading) => Math.max(lastRequestAt ?? 0, watchedSince ?? 0);

function findSilence({ silence }: AlarmRules, reading: AlarmReading): Finding | undefined {
  if (!silence || reading.watchedSince === null) return undefined;
  const since = quietSince(reading);
  return { broken: reading.now - since >= silence.hours * HOUR_MS, since, percent: null, total: 0 };
}

function nextSilenceCheck(lengthMs: number, alarm: Alarm | null, reading: AlarmReading): number {
  const { now } = reading;
  if (alarm) return now + RAISED_SILENCE_MS;
  return Math.max(now + SECOND_MS, Math.min(quietSince(reading) + lengthMs, now + LONGEST_MS));
}

/** How long one sample is, and how often a share is looked at. */
const partMs = ({ withinMinutes }: ShareLimit) =>
  Math.min(Math.max((withinMinutes * MINUTE_MS) / PARTS, PART_MS.least), PART_MS.most);

function sampleOf(rule: "refused" | "failed", { now, checkedAt, added }: AlarmReading): Sample {
  const time = { from: checkedAt, to: now };
  if (rule === "refused") return { ...time, total: added.requests, bad: added.refused };
  return { ...time, total: added.accepted, bad: added.failed };
}

type Sampling = { limit: ShareLimit; reading: AlarmReading };

/** The samples with what came since the last check; none when requests were not taken all that time. */
function samplesOf(rule: "refused" | "failed", samples: readonly Sample[], { limit, reading }: Sampling): Sample[] {
  const isWhole = reading.watchedSince !== null && reading.watchedSince <= reading.checkedAt;
  return isWhole ? addSample(samples, sampleOf(rule, reading), limit) : [];
}

/** Joins what is shorter than a part to the last sample, and drops what began before the limit's time and one part. */
function addSample(samples: readonly Sample[], added: Sample, limit: ShareLimit): Sample[] {
  const partLength = partMs(limit);
  const last = samples.at(-1);
  const joins = last !== undefined && last.to === added.from && added.to - last.from <= partLength;
  const all = joins
    ? [
        ...samples.slice(0, -1),
        { from: last.from, to: added.to, total: last.total + added.total, bad: last.bad + added.bad },
      ]
    : [...samples, added];
  return all.filter(({ from }) => from > added.to - limit.withinMinutes * MINUTE_MS - partLength);
}

function findShare({ percent: limit, atLeast }: ShareLimit, samples: readonly Sample[], now: number): Finding {
  const bad = samples.reduce((sum, sample) => sum + sample.bad, 0);
  // Transactions fail later than they begin: more of them may end within a time than were accepted in it.
  const total = Math.max(
    bad,
    samples.reduce((sum, sample) => sum + sample.total, 0),
  );
  const share = total === 0 ? 0 : (bad * 100) / total;
  return { broken: total >= atLeast && share >= limit, since: now, percent: Math.floor(share), total };
}
