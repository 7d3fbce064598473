"use client";

import { Download } from "lucide-react";
import { TextFilter } from "@/components/providers/text-filter";
import { TimeFilter } from "@/components/providers/time-filter";
import { buttonClass } from "@/components/ui/button";
import { FilterBar, FilterMenu } from "@/components/ui/filter-bar";
import type { TimeRange } from "@/lib/client/time-range";
import { receiptOutcomes } from "@/lib/contracts/webhooks";
import { outcomeLabels } from "./outcome";

export type ReceiptFilterValues = { outcome: string; clientIp: string; q: string; range: TimeRange };

export type ReceiptFiltersProps = {
  values: ReceiptFilterValues;
  onChange: (changes: Partial<ReceiptFilterValues>) => void;
  onClear?: () => void;
  /** Where the same list is as CSV. */
  csvHref?: string;
};

const outcomes = receiptOutcomes.map((value) => ({ value, label: outcomeLabels[value] }));

/** What a list of receipts is narrowed by: text, answer, caller, time. */
export function ReceiptFilters({ values, onChange, onClear, csvHref }: ReceiptFiltersProps) {
  return (
    <FilterBar
      label="Filter requests"
      onClear={onClear}
      end={
        csvHref && (
          <a href={csvHref} download className={buttonClass("secondary", "md")}>
            <Download aria-hidden className="size-4" />
            Export CSV
          </a>
        )
      }
    >
      <TextFilter
        label="Search requests"
        placeholder="Id, or text of the body"
        value={values.q}
        onValueChange={(q) => onChange({ q })}
        className="w-full sm:w-60"
      />
      <FilterMenu
        label="Answer"
        value={values.outcome}
        onValueChange={(outcome) => onChange({ outcome })}
        options={outcomes}
        anyLabel="Any answer"
      />
      <TimeFilter range={values.range} onRangeChange={(range) => onChange({ range })} />
      <TextFilter
        label="Caller's address"
        placeholder="Caller's IP"
        mono
        value={values.clientIp}
        onValueChange={(clientIp) => onChange({ clientIp })}
        className="w-full sm:w-44"
      />
    </FilterBar>
  );
}
