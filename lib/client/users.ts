"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type CreateUserInput, type UpdateUserInput, UserList, UserView } from "@/lib/contracts/accounts";
import { createApi } from "./api";

const api = createApi(null);

/** Everyone who can sign in. Partner admins only. */
export const usersQuery = () =>
  queryOptions({
    queryKey: ["partner", "users"],
    queryFn: ({ signal }) => api.get("/users", UserList, { signal }),
  });

/** Makes a user. */
export function useCreateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: CreateUserInput) => api.post("/users", input, UserView),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersQuery().queryKey }),
  });
}

/** Changes a user's name, role, accounts or password, or whether they may sign in. */
export function useUpdateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...input }: UpdateUserInput & { id: string }) => api.patch(`/users/${id}`, input, UserView),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersQuery().queryKey }),
  });
}
