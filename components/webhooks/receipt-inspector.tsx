"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { accountPages } from "@/components/frame/urls";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { Identifier } from "@/components/ui/identifier";
import { ByteSize, Duration } from "@/components/ui/measures";
import { SkeletonLines } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { receiptQuery } from "@/lib/client/webhooks";
import type { ReceiptView } from "@/lib/contracts/webhooks";
import { BodyView } from "./body-view";
import { HeaderTable } from "./header-table";
import { isRefused, Outcome } from "./outcome";

/** One request to a webhook as it came, and the answer it got. */
export function ReceiptInspector({ receiptId }: { receiptId: string }) {
  const query = useQuery(receiptQuery(useAccount(), receiptId));
  const receipt = query.data;
  return (
    <QueryState query={query} failure="The request could not be loaded">
      {receipt ? (
        <div className="flex flex-col gap-5">
          <Facts receipt={receipt} />
          <RequestPart receipt={receipt} />
          <AnswerPart receipt={receipt} />
        </div>
      ) : (
        <SkeletonLines lines={6} />
      )}
    </QueryState>
  );
}

type PartProps = { receipt: ReceiptView };

function Facts({ receipt }: PartProps) {
  const { accountId, transactionId } = receipt;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      <Fact name="Received">
        <TimeAgo date={receipt.receivedAt} absolute />
      </Fact>
      <Fact name="From">
        <Identifier value={receipt.clientIp} what="caller's address" />
      </Fact>
      <Fact name="Answer">
        <Outcome receipt={receipt} />
        {receipt.durationMs !== null && (
          <span className="ml-2 text-muted">
            after <Duration ms={receipt.durationMs} />
          </span>
        )}
      </Fact>
      <Fact name="Receipt">
        <Identifier value={receipt.id} what="receipt id" />
      </Fact>
      {transactionId && accountId && (
        <Fact name="Transaction">
          <Link
            href={`${accountPages(accountId).transactions}/${transactionId}`}
            className="text-accent-fg hover:underline"
          >
            <Identifier value={transactionId} what="transaction id" plain />
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function RequestPart({ receipt }: PartProps) {
  return (
    <section aria-label="Request" className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">
        {receipt.method} <ByteSize bytes={receipt.sizeBytes} />
      </h3>
      {receipt.query !== "" && (
        <p className="font-mono text-sm break-all">
          <span className="sr-only">Query: </span>?{receipt.query.replace(/^\?/, "")}
        </p>
      )}
      <HeaderTable label="Headers of the request" headers={receipt.headers} />
      <BodyView label="Body" text={receipt.body.text} base64={receipt.body.base64} contentType={receipt.contentType} />
      {receipt.body.cut && (
        <Banner tone="info" title="The body is cut">
          {isRefused(receipt.outcome)
            ? "Of refused requests only the first 4 KB are kept."
            : "Only the beginning of it is kept."}
        </Banner>
      )}
    </section>
  );
}

function AnswerPart({ receipt: { answer } }: PartProps) {
  const contentType = answer.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;
  return (
    <section aria-label="Answer" className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">Answer {answer.status ?? "not given yet"}</h3>
      {answer.headers.length > 0 && <HeaderTable label="Headers of the answer" headers={answer.headers} />}
      {answer.status !== null && <BodyView label="Body" text={answer.body} contentType={contentType} />}
    </section>
  );
}
