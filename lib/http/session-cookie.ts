import { decode, encode } from "next-auth/jwt";
import { env } from "@/lib/env";
import type { SessionClaim } from "@/lib/services/sessions/load";

/** How long a browser stays signed in, in seconds. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60;

/** Browsers send cookies over plain HTTP too, so they are only marked secure where Spoke is reached over HTTPS. */
export const usesSecureCookies = (): boolean => env().PUBLIC_URL.startsWith("https://");

export const sessionCookieName = (): string =>
  usesSecureCookies() ? "__Secure-next-auth.session-token" : "next-auth.session-token";

/** Who a session token says is signed in; null for one that is missing, expired or not ours. */
export async function readSessionToken(token: string | undefined): Promise<SessionClaim | null> {
  if (!token) return null;
  const claims = await decode({ token, secret: env().NEXTAUTH_SECRET }).catch(() => null);
  if (typeof claims?.sub !== "string" || typeof claims.sessionVersion !== "number") return null;
  return { userId: claims.sub, sessionVersion: claims.sessionVersion };
}

/** The value of a cookie in a `Cookie` header. */
export function readCookie(header: string | null, name: string): string | undefined {
  const pair = (header ?? "").split(/;\s*/).find((cookie) => cookie.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** The `Set-Cookie` header that keeps a browser signed in after its user ended all other sessions. */
export async function writeSessionCookie({ userId, sessionVersion }: SessionClaim): Promise<string> {
  const token = await encode({
    token: { sub: userId, sessionVersion },
    secret: env().NEXTAUTH_SECRET,
    maxAge: SESSION_SECONDS,
  });
  const secure = usesSecureCookies() ? "; Secure" : "";
  return `${sessionCookieName()}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_SECONDS}${secure}`;
}
