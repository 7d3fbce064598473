"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { accountPages } from "@/components/frame/urls";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Identifier } from "@/components/ui/identifier";
import { ByteSize, Duration } from "@/components/ui/measures";
import { Redacted } from "@/components/ui/redacted";
import { SkeletonLines } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { useMayChange } from "@/lib/client/me";
import { receiptQuery } from "@/lib/client/webhooks";
import type { ReceiptView } from "@/lib/contracts/webhooks";
import { BodyView } from "./body-view";
import { ExplainReceipt, isExplained } from "./explain-receipt";
import { HeaderTable } from "./header-table";
import { isRefused, Outcome } from "./outcome";
import { DecodedPart, DuplicateList, DuplicateOf, ReplayList, WhyAnswered } from "./receipt-became";
import { ReplayRequest } from "./replay-request";
import { BROKEN_OFF, unreadBody } from "./unread-body";

/** One request to a webhook as it came, the answer it got and why, and what became of it. Its duplicates open in its place. */
export function ReceiptInspector({ receiptId }: { receiptId: string }) {
  return <Inspector key={receiptId} receiptId={receiptId} />;
}

function Inspector({ receiptId }: { receiptId: string }) {
  const [path, setPath] = useState([receiptId]);
  const query = useQuery(receiptQuery(useAccount(), path.at(-1) ?? receiptId));
  const mayChange = useMayChange();
  const receipt = query.data;
  return (
    <QueryState query={query} failure="The request could not be loaded">
      {receipt ? (
        <div className="flex flex-col gap-5">
          {(path.length > 1 || mayChange) && (
            <div className="flex flex-wrap items-center gap-2">
              {path.length > 1 && (
                <Button size="sm" variant="ghost" icon={ArrowLeft} onClick={() => setPath(path.slice(0, -1))}>
                  Back
                </Button>
              )}
              {mayChange && <ReplayRequest key={receipt.id} receipt={receipt} />}
            </div>
          )}
          <Facts receipt={receipt} onShow={(id) => setPath([...path, id])} />
          {isExplained(receipt.outcome) && <ExplainReceipt receiptId={receipt.id} />}
          <RequestPart receipt={receipt} />
          <DecodedPart receipt={receipt} />
          <AnswerPart receipt={receipt} />
        </div>
      ) : (
        <SkeletonLines lines={6} />
      )}
    </QueryState>
  );
}

type PartProps = { receipt: ReceiptView };

function Facts({ receipt, onShow }: PartProps & { onShow: (receiptId: string) => void }) {
  const { accountId, transactionId, duplicateOf } = receipt;
  return (
    <dl className="grid grid-cols-[fit-content(6rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5 sm:grid-cols-[auto_minmax(0,1fr)]">
      <Fact name="Received">
        <TimeAgo date={receipt.receivedAt} absolute />
      </Fact>
      <Fact name="From">
        <Identifier value={receipt.clientIp} what="caller's address" />
      </Fact>
      <Fact name="Answer">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <Outcome receipt={receipt} whole />
          {receipt.durationMs !== null && (
            <span className="text-muted">
              after <Duration ms={receipt.durationMs} />
            </span>
          )}
        </span>
      </Fact>
      <Fact name="Why">
        <WhyAnswered receipt={receipt} />
      </Fact>
      <Fact name="Request id">
        <Identifier value={receipt.id} what="request id" />
      </Fact>
      {duplicateOf && (
        <Fact name="Duplicate of">
          <DuplicateOf receiptId={duplicateOf} onShow={onShow} />
        </Fact>
      )}
      {transactionId && accountId && (
        <Fact name={duplicateOf ? "Transaction of the first" : "Transaction"}>
          <Link
            href={`${accountPages(accountId).transactions}/${transactionId}`}
            className="text-accent-fg hover:underline"
          >
            <Identifier value={transactionId} what="transaction id" plain />
          </Link>
        </Fact>
      )}
      {receipt.duplicates.count > 0 && (
        <Fact name="Duplicates">
          <DuplicateList receipt={receipt} onShow={onShow} />
        </Fact>
      )}
      {receipt.replays.length > 0 && (
        <Fact name="Replayed as">
          <ReplayList receipt={receipt} />
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
  const unread = unreadBody(receipt);
  return (
    <section aria-label="Request" className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">
        {receipt.method} <ByteSize bytes={receipt.sizeBytes} />
      </h3>
      {receipt.query !== "" && (
        <p className="font-mono text-sm break-all">
          <span className="sr-only">Query: </span>?<Redacted text={receipt.query.replace(/^\?/, "")} />
        </p>
      )}
      <HeaderTable label="Headers of the request" headers={receipt.headers} />
      {unread ? (
        <p className="text-muted">{unread}</p>
      ) : (
        <BodyView
          label="Body"
          text={receipt.body.text}
          base64={receipt.body.base64}
          contentType={receipt.contentType}
        />
      )}
      {receipt.body.cut && <CutNote outcome={receipt.outcome} />}
    </section>
  );
}

function CutNote({ outcome }: Pick<ReceiptView, "outcome">) {
  if (outcome === "incomplete")
    return (
      <Banner tone="info" title="The body is not whole">
        {BROKEN_OFF}
      </Banner>
    );
  return (
    <Banner tone="info" title="The body is cut">
      {isRefused(outcome) ? "Of refused requests only the beginning is kept." : "Only the beginning of it is kept."}
    </Banner>
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
