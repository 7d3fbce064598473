"use client";

import { useQuery } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { systemQuery } from "@/lib/client/system";
import { chartIds, type ProcessView, type SystemRange, type SystemView } from "@/lib/contracts/system";
import { ChartCard } from "./chart-card";
import { timesOf } from "./chart-times";
import { processName } from "./process-name";
import { ProcessTable } from "./process-table";
import { QueueFacts } from "./queue-facts";

const ranges: readonly { value: SystemRange; label: string }[] = [
  { value: "15m", label: "15 min" },
  { value: "1h", label: "1 h" },
  { value: "24h", label: "24 h" },
];

/** How the whole installation is doing, for partner admins: what is wrong, who runs, and the figures over time. */
export function SystemPage() {
  const [range, setRange] = useState<SystemRange>("15m");
  const query = useQuery(systemQuery(range));
  return (
    <Page>
      <PageHeader
        title="System"
        description="All processes of this installation together, renewed every 10 s."
        actions={<Segmented label="Time" value={range} onValueChange={setRange} options={ranges} />}
      />
      <QueryState query={query} failure="The system's figures could not be loaded">
        {query.data ? <System view={query.data} stale={query.isPlaceholderData} /> : <Loading />}
      </QueryState>
    </Page>
  );
}

function System({ view, stale }: { view: SystemView; stale: boolean }) {
  const times = timesOf(view);
  const isNew = view.charts.every(({ series }) => series.length === 0);
  return (
    <>
      <Problems view={view} />
      <section aria-label="Queue">
        <QueueFacts queue={view.queue} />
      </section>
      <section aria-labelledby="processes" className="flex flex-col gap-2">
        <h2 id="processes" className="text-lg font-semibold">
          Processes
        </h2>
        {view.processes.length === 0 ? (
          <EmptyState icon={Activity} title="No process has reported yet" as="h3">
            Web processes and workers report 10 s after their start, and every 10 s from then on.
          </EmptyState>
        ) : (
          <ProcessTable processes={view.processes} />
        )}
      </section>
      <section aria-labelledby="figures" aria-busy={stale} className="flex flex-col gap-2">
        <h2 id="figures" className="text-lg font-semibold">
          Figures
        </h2>
        {isNew ? (
          <EmptyState icon={Activity} title="No figures yet" as="h3">
            The first ones are here 20 s after the first process has started. This page shows them by itself.
          </EmptyState>
        ) : (
          <div className={`grid gap-3 lg:grid-cols-2 ${stale ? "opacity-60" : ""}`}>
            {view.charts.map((chart) => (
              <ChartCard key={chart.id} chart={chart} times={times} names={namesOf(view.processes)} />
            ))}
          </div>
        )}
      </section>
    </>
  );
}

function Problems({ view: { problems } }: { view: SystemView }) {
  if (problems.length === 0) return <Banner tone="ok" title="Everything works" />;
  return (
    <ul aria-label="What is wrong" className="flex flex-col gap-2">
      {problems.map(({ code, level, title, detail }) => (
        <li key={`${code} ${title}`}>
          <Banner tone={level} title={title}>
            {detail}
          </Banner>
        </li>
      ))}
    </ul>
  );
}

function Loading() {
  return (
    <div role="status" className="flex flex-col gap-4">
      <span className="sr-only">Loading</span>
      <Skeleton className="h-10 w-full" />
      <Skeleton className="h-32 w-full" />
      <div className="grid gap-3 lg:grid-cols-2">
        {chartIds.slice(0, 6).map((id) => (
          <Skeleton key={id} className="h-56 w-full" />
        ))}
      </div>
    </div>
  );
}

const namesOf = (processes: readonly ProcessView[]) =>
  new Map(processes.map((process) => [process.id, processName(process)]));
