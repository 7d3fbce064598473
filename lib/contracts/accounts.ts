import { z } from "zod";
import { KEPT_DAYS } from "@/lib/core/partition-days";
import { Id, RoleName, Time } from "./common";
import { AccountLimits } from "./incidents";

const AccountName = z.string().trim().min(1, "Type a name").max(120, "Names have 120 characters at most");
const Email = z.email("Type an e-mail address").max(254).toLowerCase();
const Password = z.string().min(10, "Use 10 characters or more").max(200);

/** Nothing is kept longer than the day's partition that it lies in. */
const RetainDays = z.number().int().min(0).max(KEPT_DAYS);

export const AccountView = z.object({
  id: Id,
  name: z.string(),
  parallelLimit: z.number().int(),
  /** Days that completed transactions are kept after their end; 0 removes them within minutes. */
  retainCompletedDays: z.number().int(),
  /** The same of transactions that failed, were cancelled or were discarded. */
  retainFailedDays: z.number().int(),
  ...AccountLimits.shape,
  /** Bytes of accepted requests' bodies that are kept. */
  storedBytes: z.number(),
  createdAt: Time,
  cycles: z.object({ total: z.number(), running: z.number(), stopped: z.number(), failing: z.number() }),
  transactionsToday: z.number(),
  failedToday: z.number(),
});
export type AccountView = z.infer<typeof AccountView>;
export const AccountList = z.object({ entries: z.array(AccountView) });
export const CreateAccountInput = z.object({ name: AccountName });
export type CreateAccountInput = z.infer<typeof CreateAccountInput>;
export const UpdateAccountInput = z.object({
  name: AccountName.optional(),
  parallelLimit: z.number().int().min(1).max(10_000).optional(),
  retainCompletedDays: RetainDays.optional(),
  retainFailedDays: RetainDays.optional(),
  ...AccountLimits.partial().shape,
});
export type UpdateAccountInput = z.infer<typeof UpdateAccountInput>;

/** Who is asking: the signed-in user or the key's holder, and the accounts they may enter. */
export const MeView = z.object({
  id: Id.nullable(),
  name: z.string(),
  email: z.string().nullable(),
  role: RoleName,
  accounts: z.array(z.object({ id: Id, name: z.string() })),
});
export type MeView = z.infer<typeof MeView>;
export const ChangePasswordInput = z.object({ current: z.string().max(200), next: Password });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

export const UserView = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: RoleName,
  accounts: z.array(z.object({ id: Id, name: z.string() })),
  createdAt: Time,
  lastSignInAt: Time.nullable(),
  disabledAt: Time.nullable(),
});
export type UserView = z.infer<typeof UserView>;
export const UserList = z.object({ entries: z.array(UserView) });
export const CreateUserInput = z.object({
  name: AccountName,
  email: Email,
  password: Password,
  role: RoleName,
  accountIds: z.array(Id).max(1_000).default([]),
});
export type CreateUserInput = z.infer<typeof CreateUserInput>;
export const UpdateUserInput = z.object({
  name: AccountName.optional(),
  role: RoleName.optional(),
  accountIds: z.array(Id).max(1_000).optional(),
  password: Password.optional(),
  disabled: z.boolean().optional(),
});
export type UpdateUserInput = z.infer<typeof UpdateUserInput>;

export const ApiKeyView = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string(),
  role: RoleName,
  /** Null: works for every account. */
  account: z.object({ id: Id, name: z.string() }).nullable(),
  createdAt: Time,
  lastUsedAt: Time.nullable(),
  revokedAt: Time.nullable(),
});
export type ApiKeyView = z.infer<typeof ApiKeyView>;
export const ApiKeyList = z.object({ entries: z.array(ApiKeyView) });
export const CreateApiKeyInput = z.object({
  name: AccountName,
  role: RoleName.default("builder"),
  accountId: Id.nullable().default(null),
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;
/** `key` is shown this once. */
export const CreatedApiKey = z.object({ apiKey: ApiKeyView, key: z.string() });
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

export const SearchQuery = z.object({ q: z.string().trim().min(1).max(500) });
export const SearchResult = z.object({
  kind: z.enum(["cycle", "step", "account", "transaction", "receipt", "webhook"]),
  label: z.string(),
  hint: z.string(),
  href: z.string(),
});
export type SearchResult = z.infer<typeof SearchResult>;
export const SearchResults = z.object({ entries: z.array(SearchResult) });
