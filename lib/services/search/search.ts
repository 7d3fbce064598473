import type { SearchResult } from "@/lib/contracts/accounts";
import { isUuid, uuidRange } from "@/lib/core/uuid7-range";
import { type ListedWebhook, listWebhooks } from "@/lib/queue/list-webhooks";
import { searchSteps } from "@/lib/queue/search-steps";
import { openAccounts } from "../accounts/list";
import { type Context, isPartnerAdmin } from "../context";
import { withAnswer } from "../receipts/noted-answers";
import { identifierIn, SHORTEST_SEARCH } from "../webhooks/search-text";
import { builderHref } from "../webhooks/view";

const MOST_OF_A_KIND = 6;

type Account = { id: string; name: string };
type Scope = { ctx: Context; accounts: Account[]; text: string };

const idsOf = ({ accounts }: Scope) => accounts.map(({ id }) => id);

function findAccounts({ accounts, text }: Scope): SearchResult[] {
  const found = accounts.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())).slice(0, MOST_OF_A_KIND);
  return found.map(({ id, name }) => ({
    kind: "account",
    label: name,
    hint: "Account",
    href: `/accounts/${id}/cycles`,
  }));
}

async function findCycles(scope: Scope): Promise<SearchResult[]> {
  const cycles = await scope.ctx.db.cycle.findMany({
    where: {
      accountId: { in: idsOf(scope) },
      deletedAt: null,
      name: { contains: scope.text, mode: "insensitive" },
    },
    select: { id: true, name: true, accountId: true, account: { select: { name: true } } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: MOST_OF_A_KIND,
  });
  return cycles.map(({ id, name, accountId, account }) => ({
    kind: "cycle",
    label: name,
    hint: account.name,
    href: `/accounts/${accountId}/cycles/${id}`,
  }));
}

async function findSteps(scope: Scope): Promise<SearchResult[]> {
  const steps = await searchSteps(scope.ctx.pool, {
    accountIds: idsOf(scope),
    text: scope.text,
    limit: MOST_OF_A_KIND,
  });
  return steps.map((step) => ({
    kind: "step",
    label: step.stepName,
    hint: `${step.accountName} › ${step.cycleName}`,
    href: builderHref(step.accountId, step.cycleId, step.stepId),
  }));
}

async function findTransactions(scope: Scope): Promise<SearchResult[]> {
  const range = uuidRange(scope.text);
  if (!range) return [];
  const transactions = await scope.ctx.db.transaction.findMany({
    where: { id: { gte: range.least, lte: range.greatest }, accountId: { in: idsOf(scope) } },
    select: { id: true, accountId: true, cycleId: true },
    orderBy: { id: "desc" },
    take: MOST_OF_A_KIND,
  });
  const cycles = await scope.ctx.db.cycle.findMany({
    where: { id: { in: transactions.map(({ cycleId }) => cycleId) } },
    select: { id: true, name: true },
  });
  const names = new Map(cycles.map(({ id, name }) => [id, name]));
  return transactions.map(({ id, accountId, cycleId }) => ({
    kind: "transaction",
    label: id,
    hint: `Transaction of ${names.get(cycleId) ?? "a deleted cycle"}`,
    href: `/accounts/${accountId}/transactions/${id}`,
  }));
}

/** A request by its whole id: of a part there is no index that knows the accounts. Those that are nobody's are in the report. */
async function findReceipt(scope: Scope): Promise<SearchResult[]> {
  const id = scope.text.trim();
  if (!isUuid(id)) return [];
  const isOpen = [
    { accountId: { in: idsOf(scope) } },
    ...(isPartnerAdmin(scope.ctx) ? [{ accountId: null, webhookId: null }] : []),
  ];
  const found = await scope.ctx.db.receipt.findUnique({
    where: { id, OR: isOpen },
    select: { id: true, accountId: true, cycleId: true, identifier: true, status: true },
  });
  const receipt = await withAnswer(scope.ctx, found);
  if (!receipt) return [];
  if (receipt.accountId === null) {
    const hint = `Request to ${receipt.identifier}, which no webhook has`;
    return [{ kind: "receipt", label: receipt.id, hint, href: `/partner/webhooks?q=${receipt.id}` }];
  }
  const cycle = await scope.ctx.db.cycle.findUnique({ where: { id: receipt.cycleId ?? id }, select: { name: true } });
  return [
    {
      kind: "receipt",
      label: receipt.id,
      hint: `Request to ${cycle?.name ?? "a deleted cycle"}${receipt.status === null ? "" : `, answered ${receipt.status}`}`,
      href: `/accounts/${receipt.accountId}/requests/${receipt.id}`,
    },
  ];
}

const ownerOf = ({ accountName, cycleName, templateName, releaseNumber }: ListedWebhook): string =>
  templateName === null ? `${accountName} › ${cycleName}` : `Template › Release ${releaseNumber} of ${templateName}`;

async function findWebhooks(scope: Scope): Promise<SearchResult[]> {
  const part = identifierIn(scope.text);
  if (part.length < SHORTEST_SEARCH) return [];
  const { ctx } = scope;
  const listing = {
    partnerId: ctx.partnerId,
    accountIds: idsOf(scope),
    part,
    caseSensitive: true,
    limit: MOST_OF_A_KIND,
  };
  const webhooks = await listWebhooks(ctx.pool, listing);
  const inReport = isPartnerAdmin(ctx);
  return webhooks.flatMap((webhook) => {
    const deleted = webhook.deletedAt !== null || webhook.cycleDeletedAt !== null;
    if (deleted && !inReport) return [];
    return {
      kind: "webhook",
      label: webhook.identifier,
      hint: `${ownerOf(webhook)} › ${webhook.stepName}${deleted ? " (deleted)" : ""}`,
      href: inReport
        ? `/partner/webhooks?q=${webhook.identifier}`
        : builderHref(webhook.accountId, webhook.cycleId, webhook.stepId),
    };
  });
}

/** Cycles, Steps and accounts by name, Transactions by the beginning of their id, requests by their id and webhooks by identifier or URL, in every account open to whoever asks. */
export async function search(ctx: Context, text: string): Promise<SearchResult[]> {
  const accounts = await ctx.db.account.findMany({
    where: openAccounts(ctx),
    select: { id: true, name: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  const scope = { ctx, accounts, text };
  const found = await Promise.all([
    findWebhooks(scope),
    findTransactions(scope),
    findReceipt(scope),
    findCycles(scope),
    findSteps(scope),
  ]);
  return [...found.flat(), ...findAccounts(scope)];
}
