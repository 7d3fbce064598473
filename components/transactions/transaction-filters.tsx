"use client";

import { useQuery } from "@tanstack/react-query";
import { TextFilter } from "@/components/providers/text-filter";
import { TimeFilter } from "@/components/providers/time-filter";
import { FilterBar, FilterMenu } from "@/components/ui/filter-bar";
import { statusLook } from "@/components/ui/status-badge";
import { useAccount } from "@/lib/client/account";
import { cycleListQuery } from "@/lib/client/cycle-list";
import { transactionStates } from "@/lib/contracts/transactions";

export const TRANSACTION_FILTERS = ["cycle", "state", "span", "from", "to", "q"] as const;
export type TransactionFilterName = (typeof TRANSACTION_FILTERS)[number];

export type TransactionFiltersProps = {
  values: Record<TransactionFilterName, string>;
  onChange: (changes: Partial<Record<TransactionFilterName, string>>) => void;
  /** Clears all of them; left out when none is set. */
  onClear?: () => void;
};

const states = transactionStates.map((value) => ({ value, label: statusLook(value).label }));

/** What the list of transactions is narrowed by: cycle, state, time, text. */
export function TransactionFilters({ values, onChange, onClear }: TransactionFiltersProps) {
  const { data: cycles } = useQuery({ ...cycleListQuery(useAccount()), refetchInterval: false });
  const options = cycles?.entries.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <FilterBar label="Filter transactions" onClear={onClear}>
      <TextFilter
        label="Search transactions"
        placeholder="Id, or text of the data or an error"
        value={values.q}
        onValueChange={(q) => onChange({ q })}
        className="w-full sm:w-80"
      />
      <FilterMenu
        label="Cycle"
        value={values.cycle}
        onValueChange={(cycle) => onChange({ cycle })}
        options={options}
        anyLabel="Any cycle"
      />
      <FilterMenu
        label="State"
        value={values.state}
        onValueChange={(state) => onChange({ state })}
        options={states}
        anyLabel="Any state"
      />
      <TimeFilter range={values} onRangeChange={onChange} />
    </FilterBar>
  );
}
