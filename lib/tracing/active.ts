import type { Tracing } from "./tracing";

/** The process's own code and Next's bundles are loaded apart; they share this place. */
const shared = globalThis as typeof globalThis & { spokeTracing?: Tracing };

/** What traces this process; undefined when nothing does. */
export const activeTracing = (): Tracing | undefined => shared.spokeTracing;

/** Sets what traces this process. */
export function setActiveTracing(tracing: Tracing | undefined): void {
  shared.spokeTracing = tracing;
}
