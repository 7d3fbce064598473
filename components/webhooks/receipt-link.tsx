"use client";

import { useState } from "react";
import { Sheet } from "@/components/ui/sheet";
import type { TransactionView } from "@/lib/contracts/transactions";
import { formatBytes } from "@/lib/core/format";
import { ReceiptInspector } from "./receipt-inspector";

export type ReceiptLinkProps = { receipt: NonNullable<TransactionView["receipt"]> };

/** The request a transaction came from in short; pressing it shows the whole of it. */
export function ReceiptLink({ receipt }: ReceiptLinkProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} className="text-left text-accent-fg hover:underline">
        {receipt.method} from {receipt.clientIp}, {formatBytes(receipt.sizeBytes)}
      </button>
      <Sheet open={open} onOpenChange={setOpen} size="lg" title="Request">
        <ReceiptInspector receiptId={receipt.id} />
      </Sheet>
    </>
  );
}
