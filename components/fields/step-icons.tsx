import {
  Braces,
  CircleHelp,
  CircleStop,
  Clock,
  Code,
  type LucideIcon,
  Reply,
  Send,
  ShieldCheck,
  Split,
  StickyNote,
  Webhook,
} from "lucide-react";
import { cx } from "@/components/ui/cx";
import { definitionOf, type StepType } from "@/lib/steps/definitions";
import type { StepGroup } from "@/lib/steps/types";

const icons: Record<StepType, LucideIcon> = {
  webhook: Webhook,
  "webhook-ip-filtered": ShieldCheck,
  "sync-response": Reply,
  decision: Split,
  delay: Clock,
  stop: CircleStop,
  "set-fields": Braces,
  script: Code,
  "http-request": Send,
  note: StickyNote,
};

/** The sections of the palette as they are called on screen. */
export const groupLabels: Record<StepGroup, string> = {
  event: "Events",
  logic: "Logic",
  data: "Data",
  action: "Actions",
  note: "Notes",
};

const groupColours: Record<StepGroup, string> = {
  event: "bg-ok-bg text-ok-fg",
  logic: "bg-waiting-bg text-waiting-fg",
  data: "bg-info-bg text-info-fg",
  action: "bg-accent-bg text-accent-fg",
  note: "bg-idle-bg text-idle-fg",
};

/** The icon of a step type on the colour of its group; 20 or 28 px. */
export function StepIcon({ type, size = "md" }: { type: string; size?: "sm" | "md" }) {
  const Icon = Object.hasOwn(icons, type) ? icons[type as StepType] : CircleHelp;
  const group = definitionOf(type)?.group ?? "note";
  return (
    <span
      aria-hidden
      className={cx(
        "grid shrink-0 place-items-center rounded-sm",
        size === "sm" ? "size-5" : "size-7",
        groupColours[group],
      )}
    >
      <Icon className={size === "sm" ? "size-3.5" : "size-4"} />
    </span>
  );
}

const exitWords: Record<string, string> = {
  error: "Error",
  next: "Next",
  true: "True",
  false: "False",
  "timed-out": "Timed out",
};

/** An exit as it is written on screen. */
export function exitLabel(exit: string): string {
  return Object.hasOwn(exitWords, exit) ? (exitWords[exit] ?? exit) : exit;
}
