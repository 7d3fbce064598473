"use client";

import { Button } from "./button";
import { TimeAgo } from "./time-ago";

export type LoadMoreProps = {
  /** How many are in sight. */
  shown: number;
  /** How many there are, when that is known. */
  total?: number;
  /** What they are, in the plural: "transactions". */
  noun: string;
  hasMore: boolean;
  /** A search stopped there before it had found enough. */
  searchedTo?: Date;
  loading?: boolean;
  onLoadMore: () => void;
};

/** The foot of a list that goes on behind a cursor. Says how many are in sight and fetches the next ones. */
export function LoadMore({ shown, total, noun, hasMore, searchedTo, loading, onLoadMore }: LoadMoreProps) {
  const count = shown.toLocaleString("en");
  const counted = `${count} ${shown === 1 ? noun.replace(/s$/, "") : noun}`;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 py-3 text-sm text-muted">
      <p aria-live="polite">
        {total === undefined ? `${counted} shown` : `${count} of ${total.toLocaleString("en")} ${noun}`}
        {searchedTo && (
          <>
            , searched back to <TimeAgo date={searchedTo} absolute />
          </>
        )}
        {!hasMore && shown > 1 && total === undefined && ", these are all"}
        {!hasMore && shown === 1 && total === undefined && ", this is all"}
      </p>
      {hasMore && (
        <Button size="sm" loading={loading} onClick={onLoadMore}>
          {searchedTo ? "Search further back" : "Show more"}
        </Button>
      )}
    </div>
  );
}
