import { env } from "@/lib/env";
import { ServiceError } from "@/lib/services/errors";

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Throws `forbidden` when a page of another site makes a signed-in browser change something. Browsers say where a
 * request comes from in `Sec-Fetch-Site` or `Origin`; whoever sends neither is no browser with a page in it.
 */
export function requireSameOrigin(request: Request): void {
  if (SAFE.has(request.method)) return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (site !== null ? site === "same-origin" : origin === null || isOurs(origin, request.headers.get("host"))) return;
  throw new ServiceError("forbidden", "This request came from another site. Open Spoke itself and do it there.");
}

function isOurs(origin: string, host: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host || origin === new URL(env().PUBLIC_URL).origin;
}
