import { formatBytes, formatCount, formatDuration } from "@/lib/core/format";

/** A measured duration: "<1 ms", "38 ms", "2.4 s", "3 min 10 s". The title has the milliseconds. */
export function Duration({ ms }: { ms: number }) {
  return (
    <span title={`${ms.toLocaleString("en")} ms`} className="font-mono text-sm whitespace-nowrap">
      {ms < 1 ? "<1 ms" : formatDuration(ms)}
    </span>
  );
}

/** A size: "1.2 KB". The title has the bytes. */
export function ByteSize({ bytes }: { bytes: number }) {
  return (
    <span title={`${bytes.toLocaleString("en")} bytes`} className="whitespace-nowrap">
      {formatBytes(bytes)}
    </span>
  );
}

/** A count, shortened when it is large; the title has all its digits. */
export function Count({ value }: { value: number }) {
  return (
    <span title={value.toLocaleString("en")} className="whitespace-nowrap">
      {formatCount(value)}
    </span>
  );
}
