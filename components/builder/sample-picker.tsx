"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Select } from "@/components/ui/select";
import { useNow } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { transactionsQuery } from "@/lib/client/transactions";
import { formatRelative } from "@/lib/core/format";
import { useBuilder } from "./builder-context";
import { useStored } from "./store";

const OFFERED = 30;

/** Which data pickers and previews show: the newest there is, or that of a transaction. */
export function SamplePicker() {
  const { cycleId, sample } = useBuilder();
  const chosen = useStored(sample, (id) => id);
  const now = useNow();
  const { data } = useInfiniteQuery(transactionsQuery(useAccount(), { cycleId }));
  const transactions = data?.pages.flatMap(({ entries }) => entries).slice(0, OFFERED) ?? [];
  const missing = chosen !== null && !transactions.some(({ id }) => id === chosen);
  return (
    <footer className="flex shrink-0 items-center gap-2 border-t px-4 py-2">
      <label htmlFor="sample-transaction" className="text-sm whitespace-nowrap text-muted">
        Values from
      </label>
      <Select
        id="sample-transaction"
        size="sm"
        value={chosen ?? ""}
        placeholder="newest request or sample"
        onChange={(event) => sample.set(event.target.value === "" ? null : event.target.value)}
      >
        {missing && <option value={chosen}>a chosen transaction</option>}
        {transactions.map(({ id, state, acceptedAt }) => (
          <option key={id} value={id}>
            {`transaction ${id.slice(-8)}, ${state}, ${formatRelative(new Date(acceptedAt), new Date(now || Date.now()))}`}
          </option>
        ))}
      </Select>
    </footer>
  );
}
