import type { TimeFormat } from "@/lib/core/webhook-check";

const ISO = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:?\d{2})$/;

/** Milliseconds since 1970 of a time as a request brings it; undefined when it is not of the format. */
export function parseSignedTime(text: string, format: TimeFormat): number | undefined {
  switch (format) {
    case "unix-seconds":
      return /^\d{1,11}$/.test(text) ? Number(text) * 1_000 : undefined;
    case "unix-milliseconds":
      return /^\d{1,14}$/.test(text) ? Number(text) : undefined;
    case "iso": {
      const time = ISO.test(text) ? Date.parse(text.toUpperCase().replace(" ", "T")) : Number.NaN;
      return Number.isNaN(time) ? undefined : time;
    }
    default:
      return format satisfies never;
  }
}
