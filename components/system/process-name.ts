import type { ProcessView } from "@/lib/contracts/system";

/** A process in a few words: its kind, its process id and its machine. */
export const processName = ({ kind, pid, host }: Pick<ProcessView, "kind" | "pid" | "host">): string =>
  `${kind === "web" ? "Web" : "Worker"} ${pid} on ${host}`;
