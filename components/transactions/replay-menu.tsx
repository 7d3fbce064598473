"use client";

import { ChevronDown, Pencil, Repeat2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { accountPages } from "@/components/frame/urls";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { useToast } from "@/components/ui/toast";
import { useReplay } from "@/lib/client/transactions";
import type { ReplayInput, TransactionView } from "@/lib/contracts/transactions";
import { ReplayDialog } from "./replay-dialog";

export type ReplayMenuProps = { accountId: string; transaction: TransactionView };

/** Runs a transaction's request again, as it was or with changes, and goes to the new transaction. */
export function ReplayMenu({ accountId, transaction }: ReplayMenuProps) {
  const router = useRouter();
  const toast = useToast();
  const replay = useReplay();
  const [changing, setChanging] = useState(false);

  const run = async (input: ReplayInput) => {
    const { transactionId } = await replay.mutateAsync({ id: transaction.id, ...input });
    toast({ title: "Replayed", description: "This is the new transaction." });
    router.push(`${accountPages(accountId).transactions}/${transactionId}`);
  };
  const runAsItWas = () =>
    run({}).catch((error: Error) =>
      toast({ tone: "failed", title: "The transaction was not replayed", description: error.message }),
    );

  return (
    <>
      <Menu
        trigger={
          <Button variant="primary" icon={Repeat2} loading={replay.isPending}>
            Replay
            <ChevronDown aria-hidden className="size-3.5" />
          </Button>
        }
      >
        <MenuItem icon={Repeat2} hint="The same data, on the published version" onSelect={() => void runAsItWas()}>
          As it was
        </MenuItem>
        <MenuItem icon={Pencil} hint="Another version, other data" onSelect={() => setChanging(true)}>
          With changes
        </MenuItem>
      </Menu>
      {changing && (
        <ReplayDialog
          cycleId={transaction.cycleId}
          input={transaction.input}
          onClose={() => setChanging(false)}
          onReplay={run}
        />
      )}
    </>
  );
}
