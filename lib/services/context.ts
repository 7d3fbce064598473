import type { Pool } from "pg";
import type { Prisma, PrismaClient } from "@/lib/db/client";
import { ServiceError } from "./errors";

export type ServiceRole = "PARTNER_ADMIN" | "BUILDER" | "VIEWER";

/** Who asks, and with what. `db` is Prisma; `pool` is for lib/queue. */
export type Context = {
  db: PrismaClient;
  pool: Pool;
  partnerId: string;
  /** Null for API keys. */
  userId: string | null;
  role: ServiceRole;
  /** Accounts that may be entered; "all" for partner admins and partner-wide keys. */
  accounts: "all" | ReadonlySet<string>;
};

/** A context inside one account, which has been checked to exist and to be open to whoever asks. */
export type AccountContext = Context & { accountId: string };

/** Prisma inside a database transaction. */
export type Tx = Prisma.TransactionClient;

/** Throws `forbidden` unless whoever asks may change things. */
export function requireBuilder(ctx: Context): void {
  if (ctx.role === "VIEWER")
    throw new ServiceError("forbidden", "Viewers can look but not change. Ask a partner admin for the builder role.");
}

/** Whether whoever asks is a partner admin for all accounts. */
export const isPartnerAdmin = (ctx: Context): boolean => ctx.role === "PARTNER_ADMIN" && ctx.accounts === "all";

/** Throws `forbidden` unless whoever asks is a partner admin for all accounts. */
export function requirePartnerAdmin(ctx: Context): void {
  if (!isPartnerAdmin(ctx)) throw new ServiceError("forbidden", "Only partner admins can do this.");
}
