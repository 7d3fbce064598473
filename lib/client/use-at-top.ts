"use client";
import { useSyncExternalStore } from "react";

const TOP_PX = 80;

function subscribe(listener: () => void): () => void {
  window.addEventListener("scroll", listener, { passive: true });
  return () => window.removeEventListener("scroll", listener);
}

/** Says whether the page is scrolled to its top, where new rows may come in without moving what is being read. */
export const useAtTop = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.scrollY < TOP_PX,
    () => true,
  );
