"use client";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { type ChangePasswordInput, MeView } from "@/lib/contracts/accounts";
import { Empty } from "@/lib/contracts/common";
import { createApi } from "./api";

const api = createApi(null);

/** Who is signed in, with the accounts they may enter. */
export const meQuery = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => api.get("/me", MeView, { signal }),
    staleTime: 60_000,
  });

/** Who is signed in; undefined until that is known. */
export const useMe = () => useQuery(meQuery()).data;

/** Changes the password of whoever is signed in. */
export function useChangePassword() {
  return useMutation({ mutationFn: (input: ChangePasswordInput) => api.post("/me/password", input, Empty) });
}

/** Whoever is signed in may change things, not only look. */
export const useMayChange = (): boolean => (useMe()?.role ?? "viewer") !== "viewer";

/** Whoever is signed in is a partner admin. */
export const useIsPartnerAdmin = (): boolean => useMe()?.role === "partner-admin";
