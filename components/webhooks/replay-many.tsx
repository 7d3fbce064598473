"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { accountPages } from "@/components/frame/urls";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { Progress } from "@/components/ui/progress";
import { useAccount } from "@/lib/client/account";
import {
  type BrokenOff,
  type findReceipts,
  MOST_REPLAYED,
  type ReplayHow,
  type ReplayOutcome,
  replayMany,
} from "@/lib/client/replays";
import { outcomeLabels } from "./outcome";
import { ReplayChoices } from "./replay-choices";

type Found = Awaited<ReturnType<typeof findReceipts>>;

/** Requests that are named, or those that a search finds. */
export type ReplayWanted =
  | { kind: "chosen"; receiptIds: readonly string[] }
  | { kind: "all"; find: (signal: AbortSignal) => Promise<Found> };

type Place = { accountId: string; cycleId: string };

export type ReplayManyProps = { wanted: ReplayWanted; place: Place; onStart: () => void };

/** Says which requests they are, asks how, replays them and says what became of each. */
export function ReplayMany({ wanted, place, onStart }: ReplayManyProps) {
  const [key] = useState(() => Math.random());
  const search = useQuery({
    queryKey: [place.accountId, "replay", key],
    queryFn: ({ signal }) => (wanted.kind === "all" ? wanted.find(signal) : null),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (search.error) return <Banner tone="error">{search.error.message}</Banner>;
  if (wanted.kind === "chosen") return <Run receiptIds={wanted.receiptIds} place={place} onStart={onStart} />;
  if (!search.data) return <Progress label="Looking for requests" />;
  const { found, isAll } = search.data;
  return (
    <div className="flex flex-col gap-4">
      <p>
        {countWords(found)}
        {!isAll && (
          <span className="text-muted">
            {" "}
            There are more: these are the newest {MOST_REPLAYED.toLocaleString("en")}. Narrow the time for others.
          </span>
        )}
      </p>
      {found.length > 0 && <Run receiptIds={found.map(({ id }) => id)} place={place} onStart={onStart} />}
    </div>
  );
}

/** "12 requests: 10 Accepted, 2 Not verified." */
function countWords(found: Found["found"]): string {
  const counts = new Map<Found["found"][number]["outcome"], number>();
  for (const { outcome } of found) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const parts = [...counts].map(([outcome, count]) => `${count.toLocaleString("en")} ${outcomeLabels[outcome]}`);
  return parts.length === 0 ? "No request matches any more." : `${requests(found.length)}: ${parts.join(", ")}.`;
}

const requests = (count: number) => (count === 1 ? "1 request" : `${count.toLocaleString("en")} requests`);

type Work = { done: ReplayOutcome[]; state: "asking" | "running" | "over"; brokenOff?: BrokenOff };

type RunProps = Omit<ReplayManyProps, "wanted"> & { receiptIds: readonly string[] };

function Run({ receiptIds, place, onStart }: RunProps) {
  const account = useAccount();
  const [how, setHow] = useState<ReplayHow>({ checked: false, version: undefined });
  const [work, setWork] = useState<Work>({ done: [], state: "asking" });
  const stopping = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    stopping.current = controller;
    return () => controller.abort();
  }, []);

  const start = async () => {
    setWork({ done: [], state: "running" });
    onStart();
    const onDone = (results: ReplayOutcome[]) =>
      setWork((before) => ({ ...before, done: [...before.done, ...results] }));
    const { signal } = stopping.current;
    const brokenOff = await replayMany(account, { receiptIds, how }, { signal, onDone });
    setWork((before) => ({ ...before, state: "over", brokenOff }));
  };

  if (work.state === "asking") {
    return (
      <div className="flex flex-col gap-4">
        <ReplayChoices cycleId={place.cycleId} how={how} onChange={setHow} />
        <div className="flex justify-end">
          <Button variant="primary" onClick={start}>
            Replay {requests(receiptIds.length)}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      {work.state === "running" && (
        <>
          <Progress label="Replaying requests" value={work.done.length} max={receiptIds.length} />
          <div className="flex items-center justify-between gap-2">
            <p role="status">
              {work.done.length.toLocaleString("en")} of {requests(receiptIds.length)}
            </p>
            <Button size="sm" onClick={() => stopping.current.abort()}>
              Stop
            </Button>
          </div>
        </>
      )}
      {work.state === "over" && <Result work={work} asked={receiptIds.length} place={place} />}
    </div>
  );
}

function Result({ work: { done, brokenOff }, asked, place }: { work: Work; asked: number; place: Place }) {
  const begun = done.filter(({ transactionId }) => transactionId !== null).length;
  const problems = new Map<string, number>();
  for (const { problem } of done) if (problem) problems.set(problem, (problems.get(problem) ?? 0) + 1);
  const unsure = brokenOff?.unsure ?? 0;
  const left = asked - done.length - unsure;
  return (
    <div className="flex flex-col gap-3">
      <div role="status" className="flex flex-col gap-3">
        <p>
          {begun > 0 && `${requests(begun)} replayed.`}
          {begun === 0 && unsure === 0 && "None was replayed."}
          {left > 0 && ` ${requests(left)} left as they were.`}{" "}
          {begun + unsure > 0 && (
            <Link href={accountPages(place.accountId).transactions} className="text-accent-fg hover:underline">
              Show the transactions
            </Link>
          )}
        </p>
        {problems.size > 0 && (
          <ul aria-label="Not replayed" className="flex flex-col gap-1">
            {[...problems].map(([problem, count]) => (
              <li key={problem}>
                <span className="text-muted">{requests(count)}:</span> {problem}
              </li>
            ))}
          </ul>
        )}
      </div>
      {unsure > 0 && (
        <Banner
          tone="warn"
          title={`It is not known whether ${requests(unsure)} ${unsure === 1 ? "was" : "were"} replayed`}
        >
          The call broke off. Look at the transactions before you replay {unsure === 1 ? "it" : "them"} again.
        </Banner>
      )}
      <FieldError>{brokenOff?.message}</FieldError>
    </div>
  );
}
