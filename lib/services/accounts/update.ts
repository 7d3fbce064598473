import type { AccountView, UpdateAccountInput } from "@/lib/contracts/accounts";
import { notifyCycles } from "@/lib/queue/notify";
import { type Context, requirePartnerAdmin } from "../context";
import { withUniqueValue } from "../unique";
import { requireRate } from "../webhooks/require-rate";
import { enterAccount } from "./enter";
import { getAccount } from "./get";

/**
 * Changes an account's name, its number of parallel Transactions, how long ended ones are kept, or several of these.
 * Throws `not_found`, `conflict`, `forbidden`, and `invalid` for a burst without a rate.
 */
export async function updateAccount(ctx: Context, accountId: string, input: UpdateAccountInput): Promise<AccountView> {
  requirePartnerAdmin(ctx);
  const { accountId: id } = await enterAccount(ctx, accountId);
  await withUniqueValue(`Another account is called "${input.name}". Choose a different name.`, () =>
    ctx.db.$transaction(async (tx) => {
      requireRate(await tx.account.update({ where: { id }, data: input }));
      const cycles = await tx.cycle.findMany({ where: { accountId: id, deletedAt: null }, select: { id: true } });
      await notifyCycles(
        tx,
        cycles.map((cycle) => cycle.id),
      );
    }),
  );
  return getAccount(ctx, id);
}
