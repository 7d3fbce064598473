"use client";

import { ChartLine as ChartIcon, Table2 } from "lucide-react";
import { useId, useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import type { SystemChart } from "@/lib/contracts/system";
import { chartKinds, lookOf } from "./chart-kinds";
import { ChartTable } from "./chart-table";
import { LineChart } from "./line-chart";

export type ChartCardProps = {
  chart: SystemChart;
  /** The time of each value, for people. */
  times: readonly string[];
  /** Names of lines that the chart itself doesn't know: processes by their id. */
  names: ReadonlyMap<string, string>;
};

/** A chart with its title, which can be read as a table too. */
export function ChartCard({ chart, times, names }: ChartCardProps) {
  const [asTable, setAsTable] = useState(false);
  const titleId = useId();
  const kind = chartKinds[chart.id];
  const lines = chart.series.map(({ key, values }, place) => ({
    key,
    values,
    look: lookOf(kind, key, place, names.get(key)),
  }));
  return (
    <section aria-labelledby={titleId} className="flex min-w-0 flex-col rounded-md border bg-surface p-3">
      <div className="mb-2 flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h3 id={titleId} className="font-medium">
            {kind.title}
          </h3>
          <p className="text-sm text-muted">{kind.unit}</p>
        </div>
        {lines.length > 0 && (
          <IconButton
            icon={asTable ? ChartIcon : Table2}
            label={asTable ? `Draw ${kind.title}` : `Show ${kind.title} as a table`}
            size="sm"
            onClick={() => setAsTable(!asTable)}
          />
        )}
      </div>
      {lines.length === 0 ? (
        <p className="grid h-32 place-items-center text-muted">Nothing to draw in this time.</p>
      ) : asTable ? (
        <ChartTable label={kind.title} lines={lines} times={times} format={kind.format} />
      ) : (
        <LineChart label={kind.title} lines={lines} times={times} format={kind.format} scaleUnit={kind.scaleUnit} />
      )}
    </section>
  );
}
