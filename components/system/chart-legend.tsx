import type { ChartLine, LineLook } from "./chart-kinds";

/** The colour that a line is drawn in. */
export const strokes: Record<LineLook["tone"], string> = {
  accent: "stroke-accent-line",
  ok: "stroke-ok-line",
  waiting: "stroke-waiting-line",
  failed: "stroke-failed-line",
  info: "stroke-info-line",
  idle: "stroke-idle-line",
};

export type ChartLegendProps = {
  label: string;
  /** The moment that the values are of. */
  time: string;
  lines: readonly ChartLine[];
  valueAt: (line: ChartLine) => string;
};

/** What a chart's lines are, and their values at one moment. */
export function ChartLegend({ label, time, lines, valueAt }: ChartLegendProps) {
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <span className="text-muted">{time}</span>
      <ul aria-label={`${label}, lines`} className="flex flex-wrap gap-x-4 gap-y-1">
        {lines.map((line) => (
          <li key={line.key} className="flex min-w-0 items-center gap-1.5">
            <svg aria-hidden viewBox="0 0 20 4" className="h-1 w-5 shrink-0">
              <line
                x1={0}
                x2={20}
                y1={2}
                y2={2}
                strokeWidth={2}
                strokeDasharray={line.look.dash}
                className={strokes[line.look.tone]}
              />
            </svg>
            <span className="min-w-0 break-words text-muted">{line.look.label}</span>
            <span className="font-medium whitespace-nowrap">{valueAt(line)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
