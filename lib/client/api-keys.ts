"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiKeyList, type CreateApiKeyInput, CreatedApiKey } from "@/lib/contracts/accounts";
import { Empty } from "@/lib/contracts/common";
import { createApi } from "./api";

const api = createApi(null);

/** The API keys of the partner and of all accounts, revoked ones too. */
export const apiKeysQuery = () =>
  queryOptions({
    queryKey: ["partner", "api-keys"],
    queryFn: ({ signal }) => api.get("/api-keys", ApiKeyList, { signal }),
  });

/** Makes a key; the answer holds it in full, this once. */
export function useCreateApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: CreateApiKeyInput) => api.post("/api-keys", input, CreatedApiKey),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery().queryKey }),
  });
}

/** Ends a key at once. */
export function useRevokeApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/api-keys/${id}`, Empty),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery().queryKey }),
  });
}
