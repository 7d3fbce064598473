import type { AccountView } from "@/lib/contracts/accounts";
import type { Prisma } from "@/lib/db/client";
import { countAccounts } from "@/lib/queue/count-accounts";
import { readStoredBytes } from "@/lib/queue/stored-bytes";
import type { Context } from "../context";
import { startOfDay } from "../day";

/** Which accounts whoever asks may enter, as a condition. */
export const openAccounts = (ctx: Context): Prisma.AccountWhereInput => ({
  partnerId: ctx.partnerId,
  deletedAt: null,
  id: ctx.accounts === "all" ? undefined : { in: [...ctx.accounts] },
});

/** The accounts among `where` that whoever asks may enter, by name, with counts of today. */
export async function listAccounts(ctx: Context, where: Prisma.AccountWhereInput = {}): Promise<AccountView[]> {
  const accounts = await ctx.db.account.findMany({
    where: { AND: [openAccounts(ctx), where] },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  const accountIds = accounts.map(({ id }) => id);
  const storedBytes = await readStoredBytes(ctx.pool, accountIds);
  const counts = await countAccounts(ctx.pool, { accountIds, since: startOfDay(new Date()) });
  return accounts.map(({ id, name, createdAt, ...settings }) => {
    const { cycles, transactions, failed } = counts.get(id)!;
    return {
      id,
      name,
      parallelLimit: settings.parallelLimit,
      retainCompletedDays: settings.retainCompletedDays,
      retainFailedDays: settings.retainFailedDays,
      requestsPerSecond: settings.requestsPerSecond,
      requestBurst: settings.requestBurst,
      storedBytesLimit: settings.storedBytesLimit === null ? null : Number(settings.storedBytesLimit),
      storedBytes: storedBytes.get(id) ?? 0,
      createdAt: createdAt.toISOString(),
      cycles,
      transactionsToday: transactions,
      failedToday: failed,
    };
  });
}
