"use client";
import { queryOptions } from "@tanstack/react-query";
import { VersionDetail, VersionList } from "@/lib/contracts/cycles";
import type { Account } from "./account";

/** The published versions of a cycle, newest first. */
export const versionsQuery = ({ api, accountId }: Account, cycleId: string) =>
  queryOptions({
    queryKey: [accountId, "cycles", "detail", cycleId, "versions"],
    queryFn: ({ signal }) => api.get(`/cycles/${cycleId}/versions`, VersionList, { signal }),
  });

/** One version with its graph. It never changes. */
export const versionQuery = ({ api, accountId }: Account, cycleId: string, number: number) =>
  queryOptions({
    queryKey: [accountId, "versions", cycleId, number],
    queryFn: ({ signal }) => api.get(`/cycles/${cycleId}/versions/${number}`, VersionDetail, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
