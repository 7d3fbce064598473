"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronDown, History } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { accountPages } from "@/components/frame/urls";
import { QueryState } from "@/components/providers/query-state";
import { TransactionState } from "@/components/transactions/transaction-state";
import { Button } from "@/components/ui/button";
import { Duration } from "@/components/ui/measures";
import { Popover } from "@/components/ui/popover";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonLines } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { transactionsQuery } from "@/lib/client/transactions";
import { useBuilder } from "./builder-context";

/** Past transactions, to put one of them on the canvas. */
export function RunsMenu() {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Runs"
      align="end"
      className="w-96 p-2"
      trigger={
        <Button icon={History}>
          Runs
          <ChevronDown aria-hidden className="size-4 text-muted" />
        </Button>
      }
    >
      <RunList onPicked={() => setOpen(false)} />
    </Popover>
  );
}

function RunList({ onPicked }: { onPicked: () => void }) {
  const { cycleId, setView, view } = useBuilder();
  const account = useAccount();
  const [state, setState] = useState<"all" | "failed">("all");
  const query = useInfiniteQuery({
    ...transactionsQuery(account, { cycleId, state: state === "all" ? undefined : state }),
    refetchInterval: 3_000,
  });
  const transactions = query.data?.pages.flatMap(({ entries }) => entries);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <Segmented
          label="Which runs"
          size="sm"
          value={state}
          onValueChange={setState}
          options={[
            { value: "all", label: "All" },
            { value: "failed", label: "Failed" },
          ]}
        />
        <Link
          href={`${accountPages(account.accountId ?? "").transactions}?cycle=${cycleId}`}
          className="text-sm text-accent-fg hover:underline"
        >
          Open the list
        </Link>
      </div>
      <QueryState query={query} failure="Runs could not be loaded">
        {transactions === undefined && <SkeletonLines lines={5} className="p-2" />}
        {transactions?.length === 0 && (
          <p className="px-2 py-6 text-center text-sm text-muted">
            {state === "failed" ? "No run has failed." : "No runs yet. Start the cycle and send a request to its URL."}
          </p>
        )}
        <ul aria-label="Runs" className="max-h-100 overflow-y-auto scroll-thin">
          {transactions?.map((transaction) => (
            <li key={transaction.id}>
              <button
                type="button"
                aria-current={view.kind === "run" && view.transactionId === transaction.id ? "true" : undefined}
                onClick={() => {
                  setView({ kind: "run", transactionId: transaction.id });
                  onPicked();
                }}
                className="focus-inset flex w-full items-center gap-3 rounded-sm px-2 py-1.5 text-left text-sm hover:bg-hover aria-[current]:bg-hover"
              >
                <span className="min-w-0 flex-1">
                  <TransactionState transaction={transaction} quiet />
                </span>
                <span className="text-muted">v{transaction.versionNumber}</span>
                {transaction.durationMs !== null && <Duration ms={transaction.durationMs} />}
                <TimeAgo date={transaction.acceptedAt} className="w-20 text-right text-muted" />
              </button>
            </li>
          ))}
        </ul>
        {query.hasNextPage && (
          <Button
            size="sm"
            variant="ghost"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        )}
      </QueryState>
    </div>
  );
}
