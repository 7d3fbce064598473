"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { accountPages } from "@/components/frame/urls";
import { Identifier } from "@/components/ui/identifier";
import { JsonView } from "@/components/ui/json-view";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ReceiptView } from "@/lib/contracts/webhooks";
import { ruleOf } from "./receipt-rules";
import { BROKEN_OFF, unreadBody } from "./unread-body";

type PartProps = { receipt: ReceiptView };

/** Which check decided about a request, by which rule. */
export function WhyAnswered({ receipt }: PartProps) {
  const { check, rule } = ruleOf(receipt);
  return (
    <p>
      <span className="font-medium">{check}:</span> {rule}
    </p>
  );
}

/** What a request became as data, or why it became none. */
export function DecodedPart({ receipt }: PartProps) {
  const { data, reason } = receipt.decoded;
  const brokenOff = receipt.outcome === "incomplete" && receipt.body.cut ? BROKEN_OFF : null;
  return (
    <section aria-label="As data" className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">As data</h3>
      {reason === null ? (
        <JsonView label="Data of the step" value={data} openLines={12} />
      ) : (
        <p className="text-muted">None: {unreadBody(receipt) ?? brokenOff ?? reason}</p>
      )}
    </section>
  );
}

type RelatedProps = PartProps & { onShow: (receiptId: string) => void };

/** The request that this one is a duplicate of. */
export function DuplicateOf({ receiptId, onShow }: { receiptId: string; onShow: RelatedProps["onShow"] }) {
  return (
    <ShowReceipt onShow={() => onShow(receiptId)}>
      Request <Identifier value={receiptId} what="request id" tail={8} plain />
    </ShowReceipt>
  );
}

/** The requests that are duplicates of this one. */
export function DuplicateList({ receipt: { duplicates }, onShow }: RelatedProps) {
  const { count, newest } = duplicates;
  return (
    <div className="flex flex-col gap-1">
      <span>
        {count === 1 ? "1 duplicate" : `${count.toLocaleString("en")} duplicates`}
        {count > newest.length && <span className="text-muted">, the newest {newest.length} of them:</span>}
      </span>
      <ul className="flex max-h-40 flex-wrap gap-x-3 overflow-y-auto">
        {newest.map(({ id, receivedAt }) => (
          <li key={id}>
            <ShowReceipt onShow={() => onShow(id)}>
              <TimeAgo date={receivedAt} absolute />
            </ShowReceipt>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ShowReceipt({ onShow, children }: { onShow: () => void; children: ReactNode }) {
  return (
    <button type="button" onClick={onShow} className="max-w-full text-left text-accent-fg hover:underline">
      {children}
    </button>
  );
}

/** So many at most are known of a request: the newest. */
const REPLAYS_SHOWN = 20;

/** The transactions that ran a request again. */
export function ReplayList({ receipt: { replays, accountId } }: PartProps) {
  return (
    <ul className="flex flex-col">
      {replays.map((replay) => (
        <li key={replay.transactionId} className="flex flex-wrap items-baseline gap-x-2">
          <Link
            href={`${accountPages(accountId ?? "").transactions}/${replay.transactionId}`}
            className="max-w-full text-accent-fg hover:underline"
          >
            <Identifier value={replay.transactionId} what="transaction id" tail={8} plain />
          </Link>
          <span className="text-sm text-muted">
            <TimeAgo date={replay.at} />,{replay.continuation > 0 && ` continuation ${replay.continuation},`}{" "}
            {replayWords(replay)}
          </span>
        </li>
      ))}
      {replays.length === REPLAYS_SHOWN && (
        <li className="text-sm text-muted">These are the newest {REPLAYS_SHOWN}.</li>
      )}
    </ul>
  );
}

/** "edited, checked again, by Ada" */
export function replayWords({ edited, checked, by }: ReceiptView["replays"][number]): string {
  return [
    edited ? "edited" : "as it came",
    checked ? "checked again" : "not checked",
    ...(by ? [`by ${by}`] : []),
  ].join(", ");
}
