import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { getPool, getPrisma } from "@/lib/db/client";
import { env } from "@/lib/env";
import { CLIENT_IP_HEADER } from "@/lib/http/client-ip";
import { readSessionToken, SESSION_SECONDS, usesSecureCookies } from "@/lib/http/session-cookie";
import { log } from "@/lib/log";
import type { Context } from "@/lib/services/context";
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

/** The context of whoever a session cookie's value signs in; null for nobody, a disabled user or an ended session. */
export async function contextOfSession(token: string | undefined): Promise<Context | null> {
  const claim = await readSessionToken(token);
  return claim && loadSession({ db: getPrisma(), pool: getPool() }, claim);
}
