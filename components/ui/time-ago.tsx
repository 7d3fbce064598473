"use client";

import { useSyncExternalStore } from "react";
import { formatRelative } from "@/lib/core/format";
import { cx } from "./cx";

const TICK_MS = 5_000;

let now = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick() {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** One clock for every time on the page, however many there are. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    timer = setInterval(tick, TICK_MS);
    queueMicrotask(tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The time now, again every few seconds; 0 while the page is not alive in the browser yet. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  );
}

/** A time to the second with its zone: "21 Nov 2026, 12:04:31 GMT+1". In the zone of who is looking. */
export function formatAbsolute(date: Date): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(date);
}

export type TimeAgoProps = {
  /** A Date, or a time as JSON has it: ISO, UTC. */
  date: Date | string;
  /** Shows the absolute time, and the relative one in the title. */
  absolute?: boolean;
  className?: string;
};

/** "2 min ago", kept true by itself. The absolute time with its zone is in the title. */
export function TimeAgo({ date, absolute = false, className }: TimeAgoProps) {
  const current = useNow();
  const at = typeof date === "string" ? new Date(date) : date;
  const relative = formatRelative(at, new Date(current || Date.now()));
  // The server knows neither the zone of the reader nor the moment of reading: those wait for the browser.
  const exact = current ? formatAbsolute(at) : undefined;
  return (
    <time
      dateTime={at.toISOString()}
      title={absolute ? relative : exact}
      suppressHydrationWarning
      className={cx("whitespace-nowrap", className)}
    >
      {absolute ? (exact ?? at.toISOString()) : relative}
    </time>
  );
}
