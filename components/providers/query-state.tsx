"use client";

import { type ReactNode, useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { ApiError } from "@/lib/client/api";

/** The part of a query's result that says how it went. */
export type QueryResult = {
  data: unknown;
  error: Error | null;
  /** How often this has failed. */
  errorUpdateCount: number;
  isFetching: boolean;
  refetch: () => unknown;
};

export type QueryStateProps = {
  query: QueryResult;
  /** What could not be done: "Cycles could not be loaded". */
  failure: string;
  children: ReactNode;
};

/** Why a query has nothing to show; known while it is tried again too, when the query itself has forgotten it. */
export function useLoadError({ data, error, errorUpdateCount }: QueryResult): Error | null {
  const [last, setLast] = useState(error);
  if (error && error !== last) setLast(error);
  return data === undefined && errorUpdateCount > 0 ? (error ?? last) : null;
}

/**
 * Draws `children` unless the query failed with nothing to show: then the reason and a way to try again. What is in
 * sight stays there when a later fetch fails, with a line above that says so.
 */
export function QueryState({ query, failure, children }: QueryStateProps) {
  const loadError = useLoadError(query);
  if (loadError) {
    // What is not there will not be there at the next try either.
    const missing = loadError instanceof ApiError && loadError.status === 404;
    const retry = missing ? undefined : () => void query.refetch();
    return (
      <ErrorState title={failure} onRetry={retry} retrying={query.isFetching}>
        {loadError.message}
      </ErrorState>
    );
  }
  return (
    <>
      {query.error && (
        <Banner
          tone="warn"
          title="This may be out of date"
          action={
            <Button size="sm" loading={query.isFetching} onClick={() => void query.refetch()}>
              Try again
            </Button>
          }
        >
          {query.error.message}
        </Banner>
      )}
      {children}
    </>
  );
}
