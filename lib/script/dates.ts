import { parseDate } from "@/lib/core/dates";
import type { Json } from "@/lib/core/json";
import { HelperError } from "./helper-error";

const FIXED_MS = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The last moment that a Date can hold, in milliseconds. */
const LAST_MS = 8.64e15;

/** Milliseconds since 1970 of what `parseDate` reads; throws a HelperError for anything else. */
export function readDate(value: Json | undefined): number {
  const time = parseDate(value);
  if (time === undefined || Math.abs(time) > LAST_MS) throw new HelperError("The date can't be read");
  return time;
}

/** Adds units to a date, in UTC; a day that the month doesn't have becomes its last one. Gives ISO 8601. */
export function addToDate(time: number, amount: number, unit: string): string {
  const { ms, months } = readUnit(unit);
  const moved = months === undefined ? time + amount * ms : addMonths(time, amount * months);
  if (!(Math.abs(moved) <= LAST_MS)) throw new HelperError("The date is too far away");
  return new Date(moved).toISOString();
}

/** Whole units from one date to another, negative when the second is earlier. */
export function dateDifference(from: number, to: number, unit: string): number {
  const { ms, months } = readUnit(unit);
  if (months === undefined) return Math.trunc((to - from) / ms) + 0;
  return Math.trunc(wholeMonths(from, to) / months) + 0;
}

function readUnit(unit: string): { ms: number; months: undefined } | { ms: undefined; months: number } {
  const name = unit.toLowerCase().replace(/s$/, "");
  if (Object.hasOwn(FIXED_MS, name)) return { ms: FIXED_MS[name as keyof typeof FIXED_MS], months: undefined };
  if (Object.hasOwn(MONTHS, name)) return { ms: undefined, months: MONTHS[name as keyof typeof MONTHS] };
  throw new HelperError(`The unit must be one of ${[...Object.keys(FIXED_MS), ...Object.keys(MONTHS)].join(", ")}`);
}

function addMonths(time: number, months: number): number {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, lastDay));
}

function wholeMonths(from: number, to: number): number {
  if (to < from) return -wholeMonths(to, from);
  const [start, end] = [new Date(from), new Date(to)];
  const months = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
  return addMonths(from, months) > to ? months - 1 : months;
}

const MAX_PATTERN = 200;

const MONTH_NAMES = "January February March April May June July August September October November December".split(" ");
const DAY_NAMES = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const TOKEN = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z|X|x/g;

/**
 * Writes a date by a pattern (`YYYY-MM-DD HH:mm`, names in English, `[literal]`) as clocks of the time zone show it; throws a
 * HelperError for a zone that is not known.
 */
export function formatDate(time: number, pattern: string, zone: string): string {
  if (pattern.length > MAX_PATTERN) throw new HelperError(`A pattern has ${MAX_PATTERN} characters at most`);
  const offsetMinutes = offsetOf(time, zone);
  const shown = new Date(time + offsetMinutes * 60_000);
  const month = MONTH_NAMES[shown.getUTCMonth()]!;
  const day = DAY_NAMES[shown.getUTCDay()]!;
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  const hour12 = shown.getUTCHours() % 12 || 12;
  const zoneText = (colon: string) => {
    const minutes = Math.abs(offsetMinutes);
    return `${offsetMinutes < 0 ? "-" : "+"}${pad(Math.trunc(minutes / 60))}${colon}${pad(minutes % 60)}`;
  };
  const tokens: Record<string, () => string> = {
    YYYY: () => pad(shown.getUTCFullYear(), 4),
    YY: () => pad(shown.getUTCFullYear() % 100),
    MMMM: () => month,
    MMM: () => month.slice(0, 3),
    MM: () => pad(shown.getUTCMonth() + 1),
    M: () => String(shown.getUTCMonth() + 1),
    DD: () => pad(shown.getUTCDate()),
    D: () => String(shown.getUTCDate()),
    dddd: () => day,
    ddd: () => day.slice(0, 3),
    HH: () => pad(shown.getUTCHours()),
    H: () => String(shown.getUTCHours()),
    hh: () => pad(hour12),
    h: () => String(hour12),
    mm: () => pad(shown.getUTCMinutes()),
    m: () => String(shown.getUTCMinutes()),
    ss: () => pad(shown.getUTCSeconds()),
    s: () => String(shown.getUTCSeconds()),
    SSS: () => pad(shown.getUTCMilliseconds(), 3),
    A: () => (shown.getUTCHours() < 12 ? "AM" : "PM"),
    a: () => (shown.getUTCHours() < 12 ? "am" : "pm"),
    Z: () => zoneText(":"),
    ZZ: () => zoneText(""),
    X: () => String(Math.floor(time / 1_000)),
    x: () => String(time),
  };
  return pattern.replace(TOKEN, (token, literal: string | undefined) => literal ?? tokens[token]!());
}

const FIXED_OFFSET = /^[+-]\d\d:\d\d$/;

/**
 * One for each time zone, kept for good: a new one each time would take memory that no limit of a thread counts. There are some
 * 600 names, and only what is one gets in.
 */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** What shows the time of a zone, whatever the letters' case; throws a HelperError for a zone that is not known. */
export function clockOf(zone: string): Intl.DateTimeFormat {
  const name = zone.toLowerCase();
  const known = clocks.get(name);
  if (known) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch {
    throw new HelperError("The time zone is not known; write it like Europe/London");
  }
  clocks.set(name, made);
  return made;
}

/** Minutes that clocks of a time zone are ahead of UTC at a moment. */
function offsetOf(time: number, zone: string): number {
  if (zone === "UTC") return 0;
  const name = FIXED_OFFSET.test(zone)
    ? `GMT${zone}`
    : (clockOf(zone)
        .formatToParts(time)
        .find(({ type }) => type === "timeZoneName")?.value ?? "");
  const [, sign, hours = "0", minutes = "0"] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
