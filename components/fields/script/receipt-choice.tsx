"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { QueryState } from "@/components/providers/query-state";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { outcomeLabels } from "@/components/webhooks/outcome";
import { useAccount } from "@/lib/client/account";
import { receiptsQuery } from "@/lib/client/webhooks";
import type { ReceiptSummary } from "@/lib/contracts/webhooks";
import { formatBytes } from "@/lib/core/format";
import { useFieldScope } from "../field-scope";

/** Chooses one of the step's newest requests; the newest one at first. */
export function ReceiptChoice({ value, onChange }: { value: string; onChange: (receiptId: string) => void }) {
  const { cycleId, stepId } = useFieldScope().step;
  const query = useInfiniteQuery(receiptsQuery(useAccount(), { cycleId, stepId }, {}));
  const receipts = query.data?.pages[0]?.entries;
  const newest = receipts?.[0]?.id;
  useEffect(() => {
    if (value === "" && newest !== undefined) onChange(newest);
  }, [value, newest, onChange]);

  return (
    <QueryState query={query} failure="Requests could not be loaded">
      {receipts === undefined ? (
        <Skeleton className="h-8 w-full" />
      ) : receipts.length === 0 ? (
        <p className="text-sm text-muted">No request has come to this step yet. Send one, or type the data.</p>
      ) : (
        <Field label="Request">
          <Select
            value={value}
            options={receipts.map((receipt) => ({ value: receipt.id, label: labelOf(receipt) }))}
            onChange={(event) => onChange(event.target.value)}
          />
        </Field>
      )}
    </QueryState>
  );
}

const labelOf = ({ receivedAt, method, sizeBytes, outcome }: ReceiptSummary): string =>
  [new Date(receivedAt).toLocaleString("en-GB"), method, formatBytes(sizeBytes), outcomeLabels[outcome]].join(" · ");
