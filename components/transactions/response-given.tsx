"use client";

import { Badge } from "@/components/ui/badge";
import { BodyView } from "@/components/webhooks/body-view";
import { HeaderTable } from "@/components/webhooks/header-table";
import type { TransactionView } from "@/lib/contracts/transactions";

/** What a synchronous transaction answered to its caller. */
export function ResponseGiven({ transaction: { response } }: { transaction: TransactionView }) {
  if (!response) return null;
  const contentType = response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;
  return (
    <section aria-labelledby="response-title" className="flex min-w-0 flex-col gap-2">
      <h2 id="response-title" className="flex items-center gap-2 font-semibold">
        Response given
        <Badge tone={response.status < 400 ? "ok" : "failed"}>{response.status}</Badge>
      </h2>
      {response.headers.length > 0 && <HeaderTable label="Headers of the response" headers={response.headers} />}
      <BodyView label="Body" text={response.body} contentType={contentType} />
    </section>
  );
}
