"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Upload, Workflow } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { accountPages } from "@/components/frame/urls";
import { HoldBanners } from "@/components/holds/hold-banners";
import { HoldButton } from "@/components/holds/hold-button";
import { QueryState } from "@/components/providers/query-state";
import { TextFilter } from "@/components/providers/text-filter";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterBar } from "@/components/ui/filter-bar";
import { PageHeader } from "@/components/ui/page-header";
import { Segmented } from "@/components/ui/segmented";
import { useAccount } from "@/lib/client/account";
import { cycleListQuery } from "@/lib/client/cycle-list";
import { useMayChange } from "@/lib/client/me";
import { useUrlQuery } from "@/lib/client/url-query";
import { CycleDialogs } from "./cycle-dialogs";
import { countTabs, cycleTabs, filterCycles, tabLabels, toCycleTab } from "./cycle-filter";
import { CycleTable } from "./cycle-table";
import { useCycleCommands } from "./use-cycle-commands";

const FILTERS = ["state", "q"] as const;

/** The account's cycles: find one, see how it stands, start and stop it, make a new one. */
export function CyclesPage({ accountId }: { accountId: string }) {
  const router = useRouter();
  const query = useQuery(cycleListQuery(useAccount()));
  const mayChange = useMayChange();
  const { values, setValues } = useUrlQuery(FILTERS);
  const { runCommand, dialog, closeDialog } = useCycleCommands();
  const [making, setMaking] = useState<"new" | "import">();

  const cycles = query.data?.entries;
  const tab = toCycleTab(values.state);
  const counts = countTabs(cycles ?? []);
  const found = cycles && filterCycles(cycles, tab, values.q);
  const target = { accountId, cycleId: null, stepId: null };
  const makers = mayChange && (
    <>
      <Button icon={Upload} onClick={() => setMaking("import")}>
        Import
      </Button>
      <Button variant="primary" icon={Plus} onClick={() => setMaking("new")}>
        New cycle
      </Button>
    </>
  );

  return (
    <Page>
      <PageHeader
        title="Cycles"
        actions={
          <>
            {cycles && cycles.length > 0 && <HoldButton target={target} what="this account" />}
            {makers}
          </>
        }
      />
      <HoldBanners target={target} className="flex flex-col gap-2" />
      <QueryState query={query} failure="Cycles could not be loaded">
        {cycles?.length === 0 ? (
          <EmptyState icon={Workflow} title="No cycles yet" action={makers}>
            {mayChange
              ? "A cycle receives requests at a webhook URL and works through its steps for each. Draw the first one, or import one."
              : "Nobody has drawn a cycle in this account yet."}
          </EmptyState>
        ) : (
          <>
            <FilterBar label="Filter cycles">
              <Segmented
                label="State"
                value={tab}
                onValueChange={(state) => setValues({ state: state === "all" ? "" : state })}
                options={cycleTabs.map((value) => ({ value, label: tabLabels[value], count: counts[value] }))}
              />
              <TextFilter
                label="Filter by name"
                stillMs={100}
                value={values.q}
                onValueChange={(q) => setValues({ q })}
                className="w-full sm:w-64"
              />
            </FilterBar>
            {found?.length === 0 ? (
              <EmptyState
                icon={Workflow}
                title="No cycle matches"
                action={<Button onClick={() => setValues({ state: "", q: "" })}>Clear filters</Button>}
              >
                {values.q
                  ? `None of ${tabLabels[tab].toLowerCase()} has “${values.q}” in its name.`
                  : `None is ${tab}.`}
              </EmptyState>
            ) : (
              <CycleTable accountId={accountId} cycles={found} onCommand={runCommand} />
            )}
          </>
        )}
      </QueryState>
      <CycleDialogs
        accountId={accountId}
        dialog={dialog}
        onCloseDialog={closeDialog}
        making={making}
        onCloseMaking={() => setMaking(undefined)}
        onMade={({ id }) => router.push(`${accountPages(accountId).cycles}/${id}`)}
      />
    </Page>
  );
}
