/** Spans that end now, by the value they have in an address; lengths in milliseconds. */
export const spans = {
  "15m": { label: "Last 15 min", lengthMs: 15 * 60_000 },
  "1h": { label: "Last hour", lengthMs: 3_600_000 },
  "24h": { label: "Last 24 h", lengthMs: 24 * 3_600_000 },
  "7d": { label: "Last 7 days", lengthMs: 7 * 24 * 3_600_000 },
} as const;
export type SpanName = keyof typeof spans;

export const spanNames = Object.keys(spans) as SpanName[];

/** The time filter of an address: a span that ends now, or two times (ISO, UTC; "" is open). */
export type TimeRange = { span: string; from: string; to: string };

export const anyTime: TimeRange = { span: "", from: "", to: "" };

const isSpan = (value: string): value is SpanName => Object.hasOwn(spans, value);

/** The bounds of a range as the API takes them. Spans are counted back from `now`. */
export function rangeBounds({ span, from, to }: TimeRange, now: Date): { from?: string; to?: string } {
  if (isSpan(span)) return { from: new Date(now.getTime() - spans[span].lengthMs).toISOString() };
  return { from: toTime(from), to: toTime(to) };
}

function toTime(text: string): string | undefined {
  const time = new Date(text);
  return text === "" || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** What a range is called: "Last hour", "21 Nov 12:00 – now"; "" for any time. */
export function rangeLabel({ span, from, to }: TimeRange): string {
  if (isSpan(span)) return spans[span].label;
  if (!toTime(from) && !toTime(to)) return "";
  return `${shortTime(from) ?? "beginning"} – ${shortTime(to) ?? "now"}`;
}

function shortTime(text: string): string | undefined {
  const time = toTime(text);
  if (!time) return undefined;
  const format = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  return format.format(new Date(time));
}

/** A time (ISO, UTC) as the browser's date and time control has it: local, without a zone, to the minute. */
export function toLocalInput(iso: string): string {
  const time = toTime(iso);
  if (!time) return "";
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The time (ISO, UTC) of what a date and time control holds; "" when it is empty or not a time. */
export const fromLocalInput = (local: string): string => toTime(local) ?? "";
