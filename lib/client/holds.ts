"use client";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type DiscardHeldInput,
  HoldList,
  HoldView,
  type WebhookLimits,
  WebhookLimitsView,
} from "@/lib/contracts/incidents";
import { type Account, useAccount } from "./account";
import { createApi } from "./api";

const api = createApi(null);

/** How often what is held is counted again while it is in sight: counting many takes the database a while. */
const LIVE_MS = { few: 3_000, many: 15_000 };
const MANY = 50_000;

/** What is on hold in the accounts that whoever is signed in may enter. */
export const holdsQuery = () =>
  queryOptions({
    queryKey: ["partner", "holds"],
    queryFn: ({ signal }) => api.get("/holds", HoldList, { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.entries.some(({ held }) => held > MANY) ? LIVE_MS.many : LIVE_MS.few,
  });

/** An account, a cycle of it (null: all), the webhook of a step (null: all of the cycle). */
export type HoldTarget = { accountId: string; cycleId: string | null; stepId: string | null };

const isOn = ({ account, cycle, webhook }: HoldView, { accountId, cycleId, stepId }: HoldTarget) =>
  account.id === accountId &&
  (cycle === null || cycle.id === cycleId) &&
  (webhook === null || webhook.stepId === stepId);

/** Whether a hold is on a part of a target: a cycle of the account, a webhook of the cycle. */
const isWithin = ({ account, cycle, webhook }: HoldView, { accountId, cycleId, stepId }: HoldTarget) =>
  stepId === null &&
  account.id === accountId &&
  (cycleId === null ? cycle !== null : cycle?.id === cycleId && webhook !== null);

const widthOf = ({ cycle, webhook }: HoldView) => (webhook ? 2 : cycle ? 1 : 0);

function useHolds(isWanted: (hold: HoldView) => boolean): HoldView[] {
  const holds = useQuery(holdsQuery()).data?.entries ?? [];
  return holds.filter(isWanted).sort((a, b) => widthOf(a) - widthOf(b));
}

/** The holds under which nothing of a target begins: its own, its cycle's, its account's, the widest first. */
export const useHoldsOn = (target: HoldTarget): HoldView[] => useHolds((hold) => isOn(hold, target));

/** The holds under which some of a target does not begin: of an account those on its cycles, of a cycle those on its webhooks. */
export const useHoldsWithin = (target: HoldTarget): HoldView[] => useHolds((hold) => isWithin(hold, target));

/** Whether a hold is on a target itself, not only on what it belongs to. */
export const isOwnHold = (hold: HoldView, { cycleId, stepId }: HoldTarget): boolean =>
  (hold.cycle?.id ?? null) === cycleId && (hold.webhook?.stepId ?? null) === stepId;

function useHoldMutation<Input>(send: (input: Input) => Promise<HoldView>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => queryClient.invalidateQueries({ queryKey: holdsQuery().queryKey }),
  });
}

/** Holds a target from now on. */
export const useBeginHold = () => useHoldMutation((target: HoldTarget) => api.post("/holds", target, HoldView));

/** Lets what a hold holds begin, at a rate or (null) as fast as limits allow. */
export const useDrainHold = (id: string) =>
  useHoldMutation((perSecond: number | null) => api.post(`/holds/${id}/drain`, { perSecond }, HoldView));

/** Discards the held transactions that were counted. */
export const useDiscardHeld = (id: string) =>
  useHoldMutation((input: DiscardHeldInput) => api.post(`/holds/${id}/discard`, input, HoldView));

type Place = { cycleId: string; stepId: string };

/** What the webhook of a step may receive. */
export const webhookLimitsQuery = ({ api: inAccount, accountId }: Account, { cycleId, stepId }: Place) =>
  queryOptions({
    queryKey: [accountId, "webhook-limits", cycleId, stepId],
    queryFn: ({ signal }) => inAccount.get(`/cycles/${cycleId}/steps/${stepId}/limits`, WebhookLimitsView, { signal }),
  });

/** Changes what the webhook of a step may receive, at once. */
export function useSetWebhookLimits(place: Place) {
  const account = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (limits: WebhookLimits) =>
      account.api.put(`/cycles/${place.cycleId}/steps/${place.stepId}/limits`, limits, WebhookLimitsView),
    onSuccess: (limits) => queryClient.setQueryData(webhookLimitsQuery(account, place).queryKey, limits),
  });
}
