/** Where the pages of one account are. */
export function accountPages(accountId: string) {
  const base = `/accounts/${encodeURIComponent(accountId)}`;
  return { cycles: `${base}/cycles`, transactions: `${base}/transactions`, notifications: `${base}/notifications` };
}

/** Where the partner's own pages are. */
export const partnerPages = {
  accounts: "/partner/accounts",
  webhooks: "/partner/webhooks",
  notifications: "/partner/notifications",
  users: "/partner/users",
  apiKeys: "/partner/api-keys",
  system: "/partner/system",
};

const ACCOUNT_PAGE = /^\/accounts\/[^/]+\/([^/]+)/;

/**
 * Where switching to an account leads: the same kind of page there. One cycle or one transaction belongs to its
 * account, so from there it is the list; from a page outside accounts it is the cycles.
 */
export function accountSwitchHref(pathname: string, accountId: string): string {
  const pages = accountPages(accountId);
  return ACCOUNT_PAGE.exec(pathname)?.[1] === "transactions" ? pages.transactions : pages.cycles;
}

/** Says whether a link of the navigation leads to the page in sight or to one above it. */
export function isCurrent(pathname: string, href: string): boolean {
  return pathname === href || pathname.startsWith(`${href}/`);
}

/** Says whether the page is one cycle: there the canvas needs the width and the left bar shows icons only. */
export function isCyclePage(pathname: string): boolean {
  return /^\/accounts\/[^/]+\/cycles\/[^/]+/.test(pathname);
}
