"use client";

import { useState } from "react";
import type { ChartLine } from "./chart-kinds";
import { ChartLegend, strokes } from "./chart-legend";
import { HEIGHT, lastKnown, pathOf, roundTop, WIDTH } from "./chart-scale";

export type LineChartProps = {
  /** The name for a screen reader. */
  label: string;
  lines: readonly ChartLine[];
  /** The time of each value, for people. */
  times: readonly string[];
  format: (value: number) => string;
  /** What the scale has round numbers of; 1 when it is left out. */
  scaleUnit?: number;
};

/**
 * Lines over time, with what they were at one moment below. The moment is the newest, or the one that is pointed at or
 * gone to by the arrow keys: a slider lies over the drawing, so that keyboard and screen reader have what the mouse has.
 */
export function LineChart({ label, lines, times, format, scaleUnit }: LineChartProps) {
  const [picked, setPicked] = useState<number>();
  const all = lines.map(({ values }) => values);
  const top = roundTop(all, scaleUnit);
  const last = times.length - 1;
  const shown = Math.min(picked ?? lastKnown(all), last);
  const time = times[shown] ?? "";
  const valueAt = ({ values }: ChartLine) => {
    const value = values[shown] ?? null;
    return value === null ? "–" : format(value);
  };
  return (
    <>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-xs text-faint">
        <div aria-hidden className="flex h-32 flex-col justify-between py-px text-right leading-none">
          {[top, top / 2, 0].map((value) => (
            <span key={value}>{format(value)}</span>
          ))}
        </div>
        <div className="relative h-32 rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus">
          <Drawing lines={lines} top={top} moment={picked === undefined || last < 1 ? undefined : shown / last} />
          <input
            type="range"
            min={0}
            max={Math.max(last, 0)}
            value={shown}
            aria-label={`${label}, moment`}
            aria-valuetext={`${time}: ${lines.map((line) => `${line.look.label} ${valueAt(line)}`).join(", ")}`}
            onChange={(event) => setPicked(event.target.valueAsNumber)}
            onFocus={() => setPicked(shown)}
            onBlur={() => setPicked(undefined)}
            onPointerLeave={() => setPicked(undefined)}
            onPointerMove={({ nativeEvent: { offsetX }, currentTarget: { clientWidth } }) =>
              setPicked(Math.round(Math.min(Math.max(offsetX / clientWidth, 0), 1) * last))
            }
            className="absolute inset-0 size-full cursor-crosshair opacity-0"
          />
        </div>
        <span />
        <div aria-hidden className="mt-1 flex justify-between">
          <span>{times[0]}</span>
          <span>{times[Math.floor(last / 2)]}</span>
          <span>{times[last]}</span>
        </div>
      </div>
      <ChartLegend label={label} time={picked === undefined ? `Last, ${time}` : time} lines={lines} valueAt={valueAt} />
    </>
  );
}

type DrawingProps = { lines: readonly ChartLine[]; top: number /** From 0, the left end, to 1. */; moment?: number };

function Drawing({ lines, top, moment }: DrawingProps) {
  const rules = [0, HEIGHT / 2, HEIGHT].map((y) => ({ key: y, x1: 0, x2: WIDTH, y1: y, y2: y }));
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="size-full overflow-visible"
    >
      {rules.map(({ key, ...ends }) => (
        <line key={key} {...ends} vectorEffect="non-scaling-stroke" className="stroke-line" />
      ))}
      {moment !== undefined && (
        <line
          x1={moment * WIDTH}
          x2={moment * WIDTH}
          y1={0}
          y2={HEIGHT}
          vectorEffect="non-scaling-stroke"
          className="stroke-edge"
        />
      )}
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
    </svg>
  );
}
