"use client";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import {
  type AddAlarmTargetInput,
  AddedAlarmTarget,
  AlarmView,
  NotificationPage,
  NotificationView,
  type SetAlarmInput,
  TestSent,
} from "@/lib/contracts/alarms";
import { Empty } from "@/lib/contracts/common";
import { type Account, useAccount } from "./account";

const PAGE_SIZE = 50;
const ALARM_MS = 10_000;

const alarmPath = (cycleId: string, stepId: string) => `/cycles/${cycleId}/steps/${encodeURIComponent(stepId)}/alarm`;

/** When someone is told of a webhook step, whom, and what is raised now. */
export const alarmQuery = ({ api, accountId }: Account, cycleId: string, stepId: string) =>
  queryOptions({
    queryKey: [accountId, "alarms", cycleId, stepId],
    queryFn: ({ signal }) => api.get(alarmPath(cycleId, stepId), AlarmView, { signal }),
    refetchInterval: ALARM_MS,
  });

/** What changes the alarm of a webhook step; each shows the alarm as it is then. */
export function useAlarmChanges(cycleId: string, stepId: string) {
  const account = useAccount();
  const { api, accountId } = account;
  const queryClient = useQueryClient();
  const path = alarmPath(cycleId, stepId);
  const { queryKey } = alarmQuery(account, cycleId, stepId);
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  return {
    setRules: useMutation({
      mutationFn: (rules: SetAlarmInput) => api.put(path, rules, AlarmView),
      onSuccess: (alarm) => queryClient.setQueryData(queryKey, alarm),
    }),
    addTarget: useMutation({
      mutationFn: (input: AddAlarmTargetInput) => api.post(`${path}/targets`, input, AddedAlarmTarget),
      onSuccess: refresh,
    }),
    removeTarget: useMutation({
      mutationFn: (targetId: string) => api.delete(`${path}/targets/${targetId}`, Empty),
      onSuccess: refresh,
    }),
    sendTest: useMutation({
      mutationFn: () => api.post(`${path}/test`, {}, TestSent),
      onSuccess: () => queryClient.invalidateQueries({ queryKey: [accountId, "notifications"] }),
    }),
  };
}

/** What a list of notifications is narrowed by. */
export type NotificationFilter = { accountId?: string; status?: string; kind?: string };

/** What was sent, newest first, page by page. */
export const notificationsQuery = ({ api, accountId }: Account, filter: NotificationFilter) =>
  infiniteQueryOptions({
    queryKey: [accountId, "notifications", "list", filter],
    queryFn: ({ signal, pageParam }) =>
      api.get("/notifications", NotificationPage, {
        query: { ...filter, limit: PAGE_SIZE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** Sends a notification again. */
export function useResend() {
  const { api, accountId } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(`/notifications/${id}/resend`, {}, NotificationView),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [accountId, "notifications"] }),
  });
}
