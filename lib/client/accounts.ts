"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { AccountList, AccountView, type CreateAccountInput, type UpdateAccountInput } from "@/lib/contracts/accounts";
import { createApi } from "./api";
import { meQuery } from "./me";

const api = createApi(null);

/** The accounts that whoever is signed in may enter, with their cycles' states and today's transactions. */
export const accountsQuery = () =>
  queryOptions({
    queryKey: ["partner", "accounts"],
    queryFn: ({ signal }) => api.get("/accounts", AccountList, { signal }),
  });

function useAccountsChanged() {
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: accountsQuery().queryKey }),
      queryClient.invalidateQueries({ queryKey: meQuery().queryKey }),
    ]);
}

/** Makes an account. */
export function useCreateAccount() {
  const onSuccess = useAccountsChanged();
  return useMutation({
    mutationFn: (input: CreateAccountInput) => api.post("/accounts", input, AccountView),
    onSuccess,
  });
}

/** Changes an account's name, its parallel limit or how long its transactions are kept. */
export function useUpdateAccount() {
  const onSuccess = useAccountsChanged();
  return useMutation({
    mutationFn: ({ id, ...input }: UpdateAccountInput & { id: string }) =>
      api.patch(`/accounts/${id}`, input, AccountView),
    onSuccess,
  });
}
