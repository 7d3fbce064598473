"use client";

import {
  Activity,
  Bell,
  Building2,
  KeyRound,
  ListChecks,
  type LucideIcon,
  Users,
  Webhook,
  Workflow,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cx } from "@/components/ui/cx";
import { Tooltip } from "@/components/ui/tooltip";
import { accountPages, isCurrent, partnerPages } from "./urls";

export type NavLink = { href: string; label: string; icon: LucideIcon };
export type NavGroup = { title: string; links: NavLink[] };

/** The pages a user may go to, in groups. */
export function navGroups(currentAccountId: string | null, isPartnerAdmin: boolean): NavGroup[] {
  const groups: NavGroup[] = [];
  if (currentAccountId) {
    const pages = accountPages(currentAccountId);
    groups.push({
      title: "Account",
      links: [
        { href: pages.cycles, label: "Cycles", icon: Workflow },
        { href: pages.transactions, label: "Transactions", icon: ListChecks },
        { href: pages.notifications, label: "Notifications", icon: Bell },
      ],
    });
  }
  if (isPartnerAdmin) {
    groups.push({
      title: "Partner",
      links: [
        { href: partnerPages.accounts, label: "Accounts", icon: Building2 },
        { href: partnerPages.webhooks, label: "Webhooks", icon: Webhook },
        { href: partnerPages.notifications, label: "Notifications", icon: Bell },
        { href: partnerPages.users, label: "Users", icon: Users },
        { href: partnerPages.apiKeys, label: "API keys", icon: KeyRound },
        { href: partnerPages.system, label: "System", icon: Activity },
      ],
    });
  }
  return groups;
}

export type SideNavProps = {
  groups: readonly NavGroup[];
  /** Icons only, their names as tooltips. */
  compact?: boolean;
  onNavigate?: () => void;
};

/** The links of the left bar. */
export function SideNav({ groups, compact = false, onNavigate }: SideNavProps) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="flex flex-col gap-3">
      {groups.map((group, index) => (
        <div key={group.title} className={cx(index > 0 && "border-t pt-3")}>
          {index > 0 && !compact && <p className="px-2 pb-1 text-xs font-medium text-faint">{group.title}</p>}
          <ul aria-label={group.title} className="flex flex-col gap-0.5">
            {group.links.map((link) => (
              <li key={link.href}>
                <SideLink link={link} current={isCurrent(pathname, link.href)} compact={compact} onClick={onNavigate} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

type SideLinkProps = { link: NavLink; current: boolean; compact: boolean; onClick?: () => void };

function SideLink({ link: { href, label, icon: Icon }, current, compact, onClick }: SideLinkProps) {
  const anchor = (
    <Link
      href={href}
      onClick={onClick}
      aria-current={current ? "page" : undefined}
      aria-label={compact ? label : undefined}
      className={cx(
        "focus-inset flex h-8 items-center gap-2.5 rounded-md px-2 transition-colors hover:bg-hover",
        current ? "bg-hover font-medium text-fg" : "text-muted hover:text-fg",
        compact && "justify-center",
      )}
    >
      <Icon aria-hidden className={cx("size-4 shrink-0", current && "text-accent-fg")} />
      {!compact && <span className="truncate">{label}</span>}
    </Link>
  );
  if (!compact) return anchor;
  return (
    <Tooltip content={label} side="right">
      {anchor}
    </Tooltip>
  );
}
