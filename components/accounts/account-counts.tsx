import { CirclePlay, CircleStop, type LucideIcon, TriangleAlert } from "lucide-react";
import { cx } from "@/components/ui/cx";
import type { AccountView } from "@/lib/contracts/accounts";

/** How many of an account's cycles run, are stopped, and had failures today. */
export function CycleCounts({ cycles }: { cycles: AccountView["cycles"] }) {
  if (cycles.total === 0) return <span className="text-faint">none</span>;
  return (
    <span className="flex flex-wrap gap-x-4">
      <Counted count={cycles.running} word="running" icon={CirclePlay} className="text-ok-fg" />
      <Counted count={cycles.stopped} word="stopped" icon={CircleStop} className="text-idle-fg" />
      <Counted count={cycles.failing} word="failing" icon={TriangleAlert} className="text-failed-fg" />
    </span>
  );
}

/** An account's transactions of today, and how many of them failed. */
export function TodayCounts({ account }: { account: Pick<AccountView, "transactionsToday" | "failedToday"> }) {
  return (
    <span>
      {account.transactionsToday.toLocaleString("en")}
      {account.failedToday > 0 && (
        <span className="text-failed-fg"> · {account.failedToday.toLocaleString("en")} failed</span>
      )}
    </span>
  );
}

type CountedProps = { count: number; word: string; icon: LucideIcon; className: string };

function Counted({ count, word, icon: Icon, className }: CountedProps) {
  if (count === 0) return null;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon aria-hidden className={cx("size-4 shrink-0", className)} />
      {count.toLocaleString("en")} {word}
    </span>
  );
}
