/** A base that no address of ours can have, so that what leaves it is seen. */
const HERE = "http://here.invalid";

/**
 * Where to go after signing in: a path of this installation, or the home page for anything else, so that a link to the
 * sign-in page can't lead to another site.
 *
 * @param callback what the address says
 */
export function safeCallback(callback: string | string[] | undefined): string {
  const wanted = Array.isArray(callback) ? callback[0] : callback;
  if (!wanted) return "/";
  const url = URL.canParse(wanted, HERE) ? new URL(wanted, HERE) : null;
  if (url?.origin !== HERE || url.pathname === "/sign-in") return "/";
  const path = `${url.pathname}${url.search}${url.hash}`;
  // "/.//other.example" is the path "//other.example" to the parser, and another site to a browser.
  return path.startsWith("//") ? "/" : path;
}
