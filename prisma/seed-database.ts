import type { Database } from "@/lib/db/client";
import { createAccount } from "@/lib/services/accounts/create";
import { enterAccount } from "@/lib/services/accounts/enter";
import type { AccountContext, Context } from "@/lib/services/context";
import { importCycle } from "@/lib/services/cycles/import";
import { startCycle } from "@/lib/services/cycles/start";
import { listWebhookUrls } from "@/lib/services/cycles/webhook-urls";
import { pasteSample } from "@/lib/services/samples/paste";
import { hashPassword } from "@/lib/services/sessions/password";
import { type Example, examples } from "./examples";

const PARTNER_NAME = "Partner";
const ADMIN_NAME = "Admin";
const DEMO_ACCOUNT = "Acme Ltd";

export type SeedOptions = { adminEmail: string; adminPassword: string; withExamples: boolean };

export type SeedResult = { accountId?: string; orderIntakeUrl?: string };

/** The partner's first admin, as the context of everything that follows. A user who exists keeps their password. */
async function createAdmin({ prisma, pool }: Database, { adminEmail, adminPassword }: SeedOptions): Promise<Context> {
  const partner = (await prisma.partner.findFirst()) ?? (await prisma.partner.create({ data: { name: PARTNER_NAME } }));
  const email = adminEmail.trim().toLowerCase();
  const admin =
    (await prisma.user.findUnique({ where: { email } })) ??
    (await prisma.user.create({
      data: {
        partnerId: partner.id,
        email,
        name: ADMIN_NAME,
        passwordHash: await hashPassword(adminPassword),
        role: "PARTNER_ADMIN",
      },
    }));
  return { db: prisma, pool, partnerId: partner.id, userId: admin.id, role: "PARTNER_ADMIN", accounts: "all" };
}

/** The demo account; null when the partner has accounts of its own and never had this one, or gave it another name. */
async function openDemoAccount(ctx: Context): Promise<AccountContext | null> {
  const accounts = await ctx.db.account.findMany({ where: { partnerId: ctx.partnerId } });
  const demo = accounts.find(({ name, deletedAt }) => name === DEMO_ACCOUNT && deletedAt === null);
  if (!demo && accounts.length > 0) return null;
  return enterAccount(ctx, (demo ?? (await createAccount(ctx, { name: DEMO_ACCOUNT }))).id);
}

/** Draws, publishes and starts an example, unless the account has it or had it before. Gives the URL of its webhook. */
async function addExample(ctx: AccountContext, { file, sample }: Example): Promise<string | undefined> {
  const where = { accountId: ctx.accountId, name: file.name };
  const before = await ctx.db.cycle.findFirst({ where, orderBy: { createdAt: "desc" } });
  if (before) return (await listWebhookUrls(ctx.db, before.id))[0]?.url;
  const { id, webhooks } = await importCycle(ctx, file);
  for (const { stepId } of webhooks)
    await pasteSample(ctx, id, stepId, { body: JSON.stringify(sample), contentType: "application/json" });
  await startCycle(ctx, id, { once: false });
  return webhooks[0]?.url;
}

/** Puts into the database what an installation begins with. What is there already is left as it is. */
export async function seedDatabase(database: Database, options: SeedOptions): Promise<SeedResult> {
  const admin = await createAdmin(database, options);
  const demo = options.withExamples ? await openDemoAccount(admin) : null;
  if (!demo) return {};
  const orderIntakeUrl = await addExample(demo, examples.orderIntake);
  await addExample(demo, examples.customerLookup);
  await addExample(demo, examples.githubEvents);
  return { accountId: demo.accountId, orderIntakeUrl };
}
