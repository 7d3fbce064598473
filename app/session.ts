import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { contextOfSession } from "@/lib/auth";
import { sessionCookieName } from "@/lib/http/session-cookie";
import { enterAccount } from "@/lib/services/accounts/enter";
import { type AccountContext, type Context, requirePartnerAdmin } from "@/lib/services/context";
import { ServiceError } from "@/lib/services/errors";

/** The context of whoever is signed in to the page that is being rendered; null for nobody. */
export const currentContext = cache(async (): Promise<Context | null> => {
  const token = (await cookies()).get(sessionCookieName())?.value;
  return contextOfSession(token);
});

/** The context of whoever is signed in; sends everybody else to the sign-in page. */
export async function requireSession(): Promise<Context> {
  return (await currentContext()) ?? redirect("/sign-in");
}

/** What isn't there, or isn't for whoever asks, is a page not found. */
function orNotFound(error: unknown): never {
  if (error instanceof ServiceError && (error.code === "not_found" || error.code === "forbidden")) notFound();
  throw error;
}

/** The context inside the account of a page: not found when it isn't open to whoever is signed in. */
export async function requireAccount(accountId: string): Promise<AccountContext> {
  const ctx = await requireSession();
  return enterAccount(ctx, accountId).catch(orNotFound);
}

/** The context of a partner admin; the page is not found for everybody else. */
export async function requirePartner(): Promise<Context> {
  const ctx = await requireSession();
  try {
    requirePartnerAdmin(ctx);
  } catch (error) {
    orNotFound(error);
  }
  return ctx;
}
