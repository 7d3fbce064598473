"use client";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import { TimeAgo } from "@/components/ui/time-ago";
import { isExplained } from "@/components/webhooks/explain-receipt";
import { Outcome } from "@/components/webhooks/outcome";
import { ReceiptInspector } from "@/components/webhooks/receipt-inspector";
import type { ListenView } from "@/lib/contracts/listen";

/** The requests that came while somebody listens and were refused, each with its reason; those of a check can be explained. */
export function RefusedRequests({ refused }: Pick<ListenView, "refused">) {
  const [inspected, setInspected] = useState<string>();
  if (refused.length === 0) return null;
  return (
    <Banner tone="warn" title="Requests came, and were refused">
      <ul aria-label="Refused requests" className="flex flex-col gap-1">
        {refused.map((receipt) => (
          <li key={receipt.id} className="flex items-center gap-2">
            <span className="min-w-0 flex-1">
              <Outcome receipt={receipt} /> <TimeAgo date={receipt.receivedAt} />
            </span>
            <Button size="sm" onClick={() => setInspected(receipt.id)}>
              {isExplained(receipt.outcome) ? "Explain" : "Show"}
            </Button>
          </li>
        ))}
      </ul>
      <Sheet
        open={inspected !== undefined}
        onOpenChange={(open) => !open && setInspected(undefined)}
        size="lg"
        title="Request"
      >
        {inspected && <ReceiptInspector receiptId={inspected} />}
      </Sheet>
    </Banner>
  );
}
