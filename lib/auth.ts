import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { getPool, getPrisma } from "@/lib/db/client";
import { env } from "@/lib/env";
import { CLIENT_IP_HEADER } from "@/lib/http/client-ip";
import { readSessionToken, SESSION_SECONDS, sessionCookieName, usesSecureCookies } from "@/lib/http/session-cookie";
import { log } from "@/lib/log";
import { enterAccount } from "@/lib/services/accounts/enter";
import { type AccountContext, type Context, requirePartnerAdmin } from "@/lib/services/context";
import { ServiceError } from "@/lib/services/errors";
import { loadSession } from "@/lib/services/sessions/load";
import { signIn } from "@/lib/services/sessions/sign-in";

const SIGN_IN_PAGE = "/sign-in";

const credentials = Credentials({
  credentials: { email: { type: "email" }, password: { type: "password" } },
  async authorize(input, request) {
    const clientIp = String(request.headers?.[CLIENT_IP_HEADER] ?? "unknown");
    const attempt = { email: input?.email ?? "", password: input?.password ?? "", clientIp };
    return signIn({ db: getPrisma(), pool: getPool() }, attempt).catch((error: unknown) => {
      throw new Error(signInProblem(error));
    });
  },
});

/** The code that reaches the sign-in page: `invalid`, `limited:<seconds>` or `failed`. */
function signInProblem(error: unknown): string {
  if (error instanceof ServiceError && error.code === "unauthenticated") return "invalid";
  if (error instanceof ServiceError && error.code === "too_many_attempts")
    return `limited:${error.extra.retryAfterSeconds}`;
  log.error({ err: error }, "sign-in failed");
  return "failed";
}

/** What next-auth signs users in with. The token only says who it is for; rights are read from the database at each use. */
export function authOptions(): NextAuthOptions {
  process.env.NEXTAUTH_URL ??= env().PUBLIC_URL;
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    useSecureCookies: usesSecureCookies(),
    pages: { signIn: SIGN_IN_PAGE, error: SIGN_IN_PAGE },
    providers: [credentials],
    callbacks: {
      jwt: ({ token, user }) =>
        user ? { sub: user.id, name: user.name, email: user.email, sessionVersion: user.sessionVersion } : token,
    },
    logger: {
      error: (code, detail) => log.warn({ code, detail }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => {},
    },
  };
}

/** The context of whoever is signed in to the page that is being rendered; null for nobody. */
export async function currentContext(): Promise<Context | null> {
  const claim = await readSessionToken((await cookies()).get(sessionCookieName())?.value);
  return claim && loadSession({ db: getPrisma(), pool: getPool() }, claim);
}

/** The context of whoever is signed in; sends everybody else to the sign-in page. */
export async function requireSession(): Promise<Context> {
  return (await currentContext()) ?? redirect(SIGN_IN_PAGE);
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
