import { Check, X } from "lucide-react";
import { cx } from "@/components/ui/cx";

/** True or False in the sample, as an icon and a word. */
export function MatchMark({ matched }: { matched: boolean }) {
  const Icon = matched ? Check : X;
  return (
    <span
      className={cx(
        "inline-flex shrink-0 items-center gap-0.5 rounded-sm px-1 text-xs font-medium",
        matched ? "bg-ok-bg text-ok-fg" : "bg-idle-bg text-idle-fg",
      )}
    >
      <Icon aria-hidden className="size-3" />
      {matched ? "True" : "False"}
    </span>
  );
}
