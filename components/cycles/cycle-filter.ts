import type { CycleSummary } from "@/lib/contracts/cycles";

export const cycleTabs = ["all", "running", "stopped", "failing"] as const;
export type CycleTab = (typeof cycleTabs)[number];

/** The words of each tab. */
export const tabLabels: Record<CycleTab, string> = {
  all: "All",
  running: "Running",
  stopped: "Stopped",
  failing: "Failing",
};

const belongs: Record<CycleTab, (cycle: CycleSummary) => boolean> = {
  all: () => true,
  running: ({ state }) => state === "running" || state === "running-once" || state === "finishing",
  stopped: ({ state }) => state === "stopped" || state === "never-started",
  failing: ({ today }) => today.failed > 0,
};

/** Reads a tab from an address; anything unknown is "all". */
export const toCycleTab = (value: string): CycleTab => cycleTabs.find((tab) => tab === value) ?? "all";

/** The cycles of a tab whose name holds every word of `text`, in any case. */
export function filterCycles(cycles: readonly CycleSummary[], tab: CycleTab, text: string): CycleSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return cycles.filter(
    (cycle) => belongs[tab](cycle) && words.every((word) => cycle.name.toLowerCase().includes(word)),
  );
}

/** How many cycles each tab holds. */
export function countTabs(cycles: readonly CycleSummary[]): Record<CycleTab, number> {
  const count = (tab: CycleTab) => cycles.filter(belongs[tab]).length;
  return { all: count("all"), running: count("running"), stopped: count("stopped"), failing: count("failing") };
}
