const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time for people, with its two largest units: "38 ms", "2.4 s", "3 min 10 s", "20 h 51 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  const length = Math.max(0, ms);
  if (length > 0 && length < 1) return "<1 ms";
  if (Math.round(length) < SECOND_MS) return `${Math.round(length)} ms`;
  if (length < 9_950) return `${trimDecimal(length / SECOND_MS)} s`;
  const seconds = Math.round(length / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return twoUnits(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(length / MINUTE_MS);
  if (minutes < 24 * 60) return twoUnits(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(length / HOUR_MS);
  return twoUnits(Math.floor(hours / 24), "d", hours % 24, "h");
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A size for people, in steps of 1,024: "512 B", "1.2 KB", "10 MB". */
export function formatBytes(bytes: number): string {
  return scale(bytes, 1_024, [" B", " KB", " MB", " GB", " TB"]);
}

/** A count for people, in steps of 1,000: "950", "1.2k", "38k", "2.5M". */
export function formatCount(count: number): string {
  return scale(count, 1_000, ["", "k", "M", "G"]);
}

function scale(value: number, step: number, units: string[]): string {
  let size = value;
  let unit = 0;
  // What would be rounded up to a whole step is shown in the next unit.
  while (unit < units.length - 1 && Math.abs(size) >= (unit === 0 ? step : step - 0.5)) {
    size /= step;
    unit++;
  }
  const digits = unit > 0 && Math.abs(size) < 9.95 ? trimDecimal(size) : String(Math.round(size));
  return digits + units[unit];
}

function trimDecimal(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}

/** How far a time is from now, for people: "now" (within 10 s), "38 s ago", "2 min ago", "in 3 h", "5 d ago", "2 mo ago", "1 y ago". */
export function formatRelative(date: Date, now: Date): string {
  const differenceMs = now.getTime() - date.getTime();
  const distanceMs = Math.abs(differenceMs);
  if (distanceMs < 10 * SECOND_MS) return "now";
  const distance = formatDistance(distanceMs);
  return differenceMs > 0 ? `${distance} ago` : `in ${distance}`;
}

function formatDistance(distanceMs: number): string {
  if (distanceMs < MINUTE_MS) return `${Math.floor(distanceMs / SECOND_MS)} s`;
  if (distanceMs < HOUR_MS) return `${Math.floor(distanceMs / MINUTE_MS)} min`;
  if (distanceMs < DAY_MS) return `${Math.floor(distanceMs / HOUR_MS)} h`;
  const days = Math.floor(distanceMs / DAY_MS);
  if (days < 30) return `${days} d`;
  return days < 365 ? `${Math.floor(days / 30)} mo` : `${Math.floor(days / 365)} y`;
}
