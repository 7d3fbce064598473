"use client";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type SystemRange, SystemView } from "@/lib/contracts/system";
import { createApi } from "./api";

const api = createApi(null);

/** As often as processes write their figures. */
const LIVE_MS = 10_000;

/** How the installation stands and did, fetched again every 10 s while the page is in sight. */
export const systemQuery = (range: SystemRange) =>
  queryOptions({
    queryKey: ["partner", "system", range],
    queryFn: ({ signal }) => api.get("/system", SystemView, { query: { range }, signal }),
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
