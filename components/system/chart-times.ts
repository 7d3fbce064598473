import type { SystemView } from "@/lib/contracts/system";

/** The time at which each stretch of the charts begins, on the clock of who is looking: `23:04:15`, or `23:04`. */
export function timesOf(view: Pick<SystemView, "from" | "stepSeconds" | "charts">, timeZone?: string): string[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(view.stepSeconds < 60 ? { second: "2-digit" } : {}),
    timeZone,
  });
  const count = view.charts.flatMap(({ series }) => series)[0]?.values.length ?? 0;
  const from = Date.parse(view.from);
  return Array.from({ length: count }, (_, index) => format.format(from + index * view.stepSeconds * 1_000));
}
