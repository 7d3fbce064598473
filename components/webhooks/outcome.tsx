import { Ban, CircleCheck } from "lucide-react";
import { cx } from "@/components/ui/cx";
import type { ReceiptOutcomeName, ReceiptSummary, WebhookView } from "@/lib/contracts/webhooks";

/** What a request was answered, in the UI's words. */
export const outcomeLabels: Record<ReceiptOutcomeName, string> = {
  accepted: "Accepted",
  found: "Found",
  "not-found": "Not found",
  "method-not-allowed": "Method not allowed",
  "too-large": "Too large",
  "not-active": "Not active",
  unreadable: "Unreadable",
  "not-stored": "Not stored",
  incomplete: "Incomplete",
  malformed: "Malformed",
  "ip-not-allowed": "IP not allowed",
  "not-verified": "Not verified",
  answered: "Answered by the webhook",
  ignored: "Ignored by script",
  "script-failed": "Script failed",
  duplicate: "Duplicate",
  "no-match": "No matching transaction",
  kept: "Kept for later",
  "over-limit": "Over the limit",
};

const served: ReadonlySet<ReceiptOutcomeName> = new Set([
  "accepted",
  "found",
  "answered",
  "ignored",
  "duplicate",
  "no-match",
  "kept",
]);

export const isRefused = (outcome: ReceiptOutcomeName): boolean => !served.has(outcome);

export type OutcomeProps = {
  receipt: Pick<ReceiptSummary, "outcome" | "status" | "reason">;
  /** Not cut where there is little room, but in several lines. */
  whole?: boolean;
};

/** The answer to a request: its status, the word, and the reason of a refusal. */
export function Outcome({ receipt, whole = false }: OutcomeProps) {
  const refused = isRefused(receipt.outcome);
  const Icon = refused ? Ban : CircleCheck;
  const words = [outcomeLabels[receipt.outcome], receipt.reason].filter(Boolean).join(": ");
  return (
    <span
      title={words}
      className={cx("inline-flex max-w-full min-w-0 gap-1.5 align-bottom", whole ? "items-baseline" : "items-center")}
    >
      <Icon
        aria-hidden
        className={cx("size-4 shrink-0", whole && "self-start mt-0.5", refused ? "text-failed-fg" : "text-ok-fg")}
      />
      <span className="shrink-0 font-mono text-sm">{receipt.status ?? "…"}</span>
      <span className={cx("min-w-0", whole ? "break-words whitespace-pre-line" : "truncate")}>{words}</span>
    </span>
  );
}

/** The answers of the last 24 h: "1,204 ok · 3 refused"; the title has each outcome. */
export function AnswerCounts({ counts }: { counts: WebhookView["last24h"] }) {
  const sum = (refused: boolean) =>
    counts.filter(({ outcome }) => isRefused(outcome) === refused).reduce((total, { count }) => total + count, 0);
  const ok = sum(false);
  const refused = sum(true);
  if (ok + refused === 0) return <span className="text-faint">none</span>;
  const unrecorded = counts.reduce((total, count) => total + count.unrecorded, 0);
  const title = [
    ...counts.map(({ outcome, count }) => `${outcomeLabels[outcome]}: ${count.toLocaleString("en")}`),
    ...(unrecorded > 0 ? [`${unrecorded.toLocaleString("en")} of them without a receipt`] : []),
  ].join("\n");
  return (
    <span title={title} className="whitespace-nowrap">
      {ok > 0 && `${ok.toLocaleString("en")} ok`}
      {ok > 0 && refused > 0 && " · "}
      {refused > 0 && <span className="text-failed-fg">{refused.toLocaleString("en")} refused</span>}
    </span>
  );
}
