"use client";

import { useState } from "react";
import { anyTime } from "@/lib/client/time-range";
import { useUrlQuery } from "@/lib/client/url-query";
import type { ReceiptFilterValues } from "./receipt-filters";

export const noReceiptFilter: ReceiptFilterValues = { outcome: "", clientIp: "", q: "", range: anyTime };

const NAMES = ["request", "answer", "ip", "span", "from", "to"] as const;

/** The same in an address, for pages whose requests are other ones from now on. */
export const noReceiptFilterInAddress = Object.fromEntries(NAMES.map((name) => [name, ""]));

const toAddress = ({ q, outcome, clientIp, range }: Partial<ReceiptFilterValues>) => ({
  ...(q !== undefined && { request: q }),
  ...(outcome !== undefined && { answer: outcome }),
  ...(clientIp !== undefined && { ip: clientIp }),
  ...range,
});

/**
 * What a list of requests is narrowed by, and how to change it.
 *
 * @param inAddress kept in the page's address, so that a reload and the back button keep it
 * @param firstQ what is searched for at first where it is not kept there
 */
export function useReceiptFilter(inAddress: boolean, firstQ: string) {
  const [own, setOwn] = useState({ ...noReceiptFilter, q: firstQ });
  const { values, setValues } = useUrlQuery(NAMES);
  const { request, answer, ip, span, from, to } = values;
  const filter = inAddress ? { q: request, outcome: answer, clientIp: ip, range: { span, from, to } } : own;
  const change = (changes: Partial<ReceiptFilterValues>) =>
    inAddress ? setValues(toAddress(changes)) : setOwn((before) => ({ ...before, ...changes }));
  return { filter, change };
}
