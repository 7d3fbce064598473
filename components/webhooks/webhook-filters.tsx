"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { TextFilter } from "@/components/providers/text-filter";
import { buttonClass } from "@/components/ui/button";
import { FilterBar, FilterMenu } from "@/components/ui/filter-bar";
import { accountsQuery } from "@/lib/client/accounts";
import { withQuery } from "@/lib/client/url-query";

type FilterName = "q" | "account" | "state";

export type WebhookFiltersProps = {
  values: Record<FilterName, string>;
  onChange: (changes: Partial<Record<FilterName, string>>) => void;
  onClear?: () => void;
};

const states = [
  { value: "running", label: "Running" },
  { value: "running-once", label: "Running once" },
  { value: "finishing", label: "Finishing" },
  { value: "stopped", label: "Stopped" },
  { value: "never-started", label: "Never started" },
  { value: "deleted", label: "Deleted" },
];

/** What the Webhooks Report is narrowed by: a URL or identifier, an account, a state. */
export function WebhookFilters({ values, onChange, onClear }: WebhookFiltersProps) {
  const { data: accounts } = useQuery(accountsQuery());
  const { q, account, state } = values;
  return (
    <FilterBar
      label="Filter webhooks"
      onClear={onClear}
      end={
        <a
          href={`/api/v1/webhooks.csv${withQuery("", { q, accountId: account, state })}`}
          download
          className={buttonClass("secondary", "md")}
        >
          <Download aria-hidden className="size-4" />
          Export CSV
        </a>
      }
    >
      <TextFilter
        label="Webhook URL or identifier"
        placeholder="Paste a webhook URL, identifier or request id…"
        mono
        autoFocus
        value={q}
        onValueChange={(text) => onChange({ q: text })}
        className="w-full md:w-96"
      />
      <FilterMenu
        label="Account"
        value={account}
        onValueChange={(value) => onChange({ account: value })}
        options={accounts?.entries.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        anyLabel="Any account"
      />
      <FilterMenu
        label="State"
        value={state}
        onValueChange={(value) => onChange({ state: value })}
        options={states}
        anyLabel="Any state"
      />
    </FilterBar>
  );
}
