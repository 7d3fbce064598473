"use client";

import { useState } from "react";
import type { ChartLine } from "./chart-card";
import { HEIGHT, lastKnown, pathOf, roundTop, WIDTH } from "./chart-scale";

const strokes = {
  accent: "stroke-accent-line",
  ok: "stroke-ok-line",
  waiting: "stroke-waiting-line",
  failed: "stroke-failed-line",
  info: "stroke-info-line",
  idle: "stroke-idle-line",
};

export type LineChartProps = {
  /** The name for a screen reader. */
  label: string;
  lines: readonly ChartLine[];
  /** The time of each value, for people. */
  times: readonly string[];
  format: (value: number) => string;
};

/**
 * Lines over time, with what they were at one moment below. The moment is the newest, or the one that is pointed at or
 * gone to by the arrow keys: a slider lies over the drawing, so that keyboard and screen reader have what the mouse has.
 */
export function LineChart({ label, lines, times, format }: LineChartProps) {
  const [picked, setPicked] = useState<number>();
  const all = lines.map(({ values }) => values);
  const top = roundTop(all);
  const newest = lastKnown(all);
  const shown = Math.min(picked ?? newest, times.length - 1);
  const valueAt = (line: ChartLine) => {
    const value = line.values[shown] ?? null;
    return value === null ? "–" : format(value);
  };
  return (
    <>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-xs text-faint">
        <div aria-hidden className="flex h-32 flex-col justify-between py-px text-right leading-none">
          <span>{format(top)}</span>
          <span>{format(top / 2)}</span>
          <span>{format(0)}</span>
        </div>
        <div className="relative h-32 rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus">
          <svg
            aria-hidden
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            className="size-full overflow-visible"
          >
            {[0, HEIGHT / 2, HEIGHT].map((y) => (
              <line key={y} x1={0} x2={WIDTH} y1={y} y2={y} vectorEffect="non-scaling-stroke" className="stroke-line" />
            ))}
            {lines.map(({ key, values, look }) => (
              <path
                key={key}
                d={pathOf(values, top)}
                fill="none"
                strokeWidth={1.75}
                strokeDasharray={look.dash}
                strokeLinejoin="round"
                vectorEffect="non-scaling-stroke"
                className={strokes[look.tone]}
              />
            ))}
            {picked !== undefined && times.length > 1 && (
              <line
                x1={(shown / (times.length - 1)) * WIDTH}
                x2={(shown / (times.length - 1)) * WIDTH}
                y1={0}
                y2={HEIGHT}
                vectorEffect="non-scaling-stroke"
                className="stroke-edge"
              />
            )}
          </svg>
          <input
            type="range"
            min={0}
            max={Math.max(times.length - 1, 0)}
            value={shown}
            aria-label={`${label}, moment`}
            aria-valuetext={`${times[shown] ?? ""}: ${lines.map((line) => `${line.look.label} ${valueAt(line)}`).join(", ")}`}
            onChange={(event) => setPicked(event.target.valueAsNumber)}
            onBlur={() => setPicked(undefined)}
            onPointerLeave={() => setPicked(undefined)}
            onPointerMove={({ nativeEvent: { offsetX }, currentTarget }) =>
              setPicked(Math.round(Math.min(Math.max(offsetX / currentTarget.clientWidth, 0), 1) * (times.length - 1)))
            }
            className="absolute inset-0 size-full cursor-crosshair opacity-0"
          />
        </div>
        <span />
        <div aria-hidden className="mt-1 flex justify-between">
          <span>{times[0]}</span>
          <span>{times[Math.floor((times.length - 1) / 2)]}</span>
          <span>{times.at(-1)}</span>
        </div>
      </div>
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="text-muted">{picked === undefined ? `Last, ${times[shown] ?? ""}` : times[shown]}</span>
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
    </>
  );
}
