/** Cookies of signed-in users: a browser that opens a webhook's URL sends them, and they belong on no receipt. */
const SESSION = /^(__Secure-|__Host-)?(next-auth|authjs)\./i;

/** A Cookie header's value without the sessions of Spoke's own users; empty when nothing is left. */
export function withoutSession(cookies: string): string {
  if (!cookies.includes("next-auth.") && !cookies.includes("authjs.")) return cookies;
  return cookies
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => !SESSION.test(cookie))
    .join("; ");
}
