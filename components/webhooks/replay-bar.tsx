"use client";

import { Repeat2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { AccountProvider, useAccount } from "@/lib/client/account";
import { findReceipts } from "@/lib/client/replays";
import type { TimeRange } from "@/lib/client/time-range";
import type { ReceiptFilter, ReceiptSource } from "@/lib/client/webhooks";
import { ReplayMany, type ReplayWanted } from "./replay-many";

export type ReplayBarProps = {
  place: { source: ReceiptSource; accountId: string; cycleId: string };
  filter: ReceiptFilter & { range: TimeRange };
  chosen: ReadonlySet<string>;
  onClear: () => void;
};

/** Replays the requests that are chosen, or all that the filter shows. */
export function ReplayBar({ place, filter, chosen, onClear }: ReplayBarProps) {
  const account = useAccount();
  const [wanted, setWanted] = useState<ReplayWanted>();
  const isSome = chosen.size > 0;
  const open = () =>
    setWanted(
      isSome
        ? { kind: "chosen", receiptIds: [...chosen] }
        : { kind: "all", find: (signal) => findReceipts(account, place.source, filter, signal) },
    );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="sm" icon={Repeat2} onClick={open}>
        {isSome ? `Replay ${chosen.size} chosen` : "Replay all of the list"}
      </Button>
      {isSome && (
        <Button size="sm" variant="ghost" onClick={onClear}>
          Choose none
        </Button>
      )}
      <Dialog
        open={wanted !== undefined}
        onOpenChange={(isOpen) => !isOpen && setWanted(undefined)}
        size="md"
        title="Replay requests"
        description="Each runs as a new transaction, in the order in which they came. Nobody waits for a response."
      >
        <AccountProvider accountId={place.accountId}>
          {wanted && <ReplayMany wanted={wanted} place={place} onStart={onClear} />}
        </AccountProvider>
      </Dialog>
    </div>
  );
}
