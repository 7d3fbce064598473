"use client";

import { Lightbulb } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { useMe } from "@/lib/client/me";
import { useExplainReceipt } from "@/lib/client/security";
import type { ReceiptOutcomeName } from "@/lib/contracts/webhooks";
import { Explanation } from "./explanation";

/** Whether a check refused the request, so that there is something to explain. */
export const isExplained = (outcome: ReceiptOutcomeName) => outcome === "not-verified" || outcome === "ip-not-allowed";

/** A button that works out why a check refused a request, by the settings and secrets of now. */
export function ExplainReceipt({ receiptId }: { receiptId: string }) {
  const me = useMe();
  const explain = useExplainReceipt(receiptId);
  // Explaining tries secrets out, which is for those who may change them.
  if (!me || me.role === "viewer") return null;
  return (
    <div aria-live="polite" className="flex flex-col items-start gap-2">
      <Button icon={Lightbulb} loading={explain.isPending} onClick={() => explain.mutate()}>
        Explain
      </Button>
      {explain.error && <Banner tone="error">{explain.error.message}</Banner>}
      {explain.data && <Explanation explanation={explain.data} />}
    </div>
  );
}
