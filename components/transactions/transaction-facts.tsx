"use client";

import Link from "next/link";
import { accountPages } from "@/components/frame/urls";
import { Fact, Facts } from "@/components/ui/facts";
import { Identifier } from "@/components/ui/identifier";
import { Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import { replayWords } from "@/components/webhooks/receipt-became";
import { ReceiptLink } from "@/components/webhooks/receipt-link";
import type { TransactionView } from "@/lib/contracts/transactions";

export type TransactionFactsProps = { accountId: string; transaction: TransactionView };

/** When a transaction was accepted, began and ended, on which version, and from what it came. */
export function TransactionFacts({ accountId, transaction }: TransactionFactsProps) {
  const { acceptedAt, startedAt, endedAt, durationMs, receipt, replayOf, replay, replays } = transaction;
  const transactions = accountPages(accountId).transactions;
  return (
    <Facts>
      <Fact name="Accepted">
        <TimeAgo date={acceptedAt} />
      </Fact>
      <Fact name="Started">
        {startedAt ? (
          <>
            <TimeAgo date={startedAt} />
            <span className="text-muted">
              {" · waited "}
              <Duration ms={new Date(startedAt).getTime() - new Date(acceptedAt).getTime()} />
            </span>
          </>
        ) : (
          "Not yet"
        )}
      </Fact>
      {endedAt && (
        <Fact name="Ended">
          <TimeAgo date={endedAt} />
        </Fact>
      )}
      {durationMs !== null && (
        <Fact name="Ran for">
          <Duration ms={durationMs} />
        </Fact>
      )}
      <Fact name="Version">
        <Link
          href={`${accountPages(accountId).cycles}/${transaction.cycleId}?transaction=${transaction.id}`}
          className="text-accent-fg hover:underline"
        >
          v{transaction.versionNumber}
        </Link>
      </Fact>
      <Fact name="Kind">{transaction.synchronous ? "Synchronous" : "Asynchronous"}</Fact>
      {receipt && (
        <Fact name={replayOf || replay ? "Original request" : "Request"}>
          <ReceiptLink receipt={receipt} />
        </Fact>
      )}
      {replay && <Fact name="Replayed request">{replayWords(replay)}</Fact>}
      {replayOf && (
        <Fact name="Replay of">
          <TransactionLink href={`${transactions}/${replayOf}`} id={replayOf} />
        </Fact>
      )}
      {replays.length > 0 && (
        <Fact name={replays.length === 1 ? "Replayed as" : `Replayed ${replays.length} times`}>
          <span className="flex flex-col">
            {replays.map((id) => (
              <TransactionLink key={id} href={`${transactions}/${id}`} id={id} />
            ))}
          </span>
        </Fact>
      )}
    </Facts>
  );
}

function TransactionLink({ href, id }: { href: string; id: string }) {
  return (
    <Link href={href} className="text-accent-fg hover:underline">
      <Identifier value={id} what="transaction id" plain className="w-40" />
    </Link>
  );
}
