import type { Json } from "./json";

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const MAIL = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC?|[+-]\d{4})$/;

/** Numbers from here on are milliseconds since 1970, smaller ones seconds: the limit is 1973 in the one, 5138 in the other. */
const MILLISECONDS_FROM = 1e11;

/**
 * Reads a date as milliseconds since 1970: ISO 8601 ("2026-03-01", "2026-03-01T12:00:00+01:00"; UTC when no zone is given), the
 * form of mail and HTTP headers, or seconds or milliseconds since 1970 as a number. `undefined` for anything else.
 */
export function parseDate(value: Json | undefined): number | undefined {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^-?\d{1,14}$/.test(text)) return fromEpoch(Number(text));
  if (MAIL.test(text)) return Date.parse(text);
  return parseIsoDate(text);
}

/** Reads an ISO 8601 date or date and time, and nothing else. */
export function parseIsoDate(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Number(`${match[7] ?? ""}000`.slice(0, 3));
  const time = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const date = new Date(time);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) return undefined;
  return time - offsetMs(match[8]);
}

function offsetMs(zone = "Z"): number {
  if (zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", ""));
  return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}

function fromEpoch(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Math.abs(value) < MILLISECONDS_FROM ? value * 1_000 : value;
}
