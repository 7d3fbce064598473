import type { AccountContext, Tx } from "../context";
import { withUniqueValue } from "../unique";

const MAX_LENGTH = 120;

/** Runs a write that may break the rule of one name per Cycle and Account, and says so as `conflict`. */
export const withUniqueName = <T>(name: string, write: () => Promise<T>): Promise<T> =>
  withUniqueValue(`Another cycle is called "${name}". Choose a different name.`, write);

/** The name itself, or with the first number behind it that no Cycle of the Account has: "Orders 2". */
export async function freeName(ctx: AccountContext, db: Tx, name: string): Promise<string> {
  const cycles = await db.cycle.findMany({
    where: { accountId: ctx.accountId, deletedAt: null },
    select: { name: true },
  });
  const taken = new Set(cycles.map((cycle) => cycle.name.toLowerCase()));
  for (let number = 1; ; number++) {
    const ending = number === 1 ? "" : ` ${number}`;
    const candidate = name.slice(0, MAX_LENGTH - ending.length).trimEnd() + ending;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
}
