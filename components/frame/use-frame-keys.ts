"use client";

import { useEffect, useRef } from "react";
import { isTyping } from "./shortcuts";

/** How long "G" waits for the letter that says where to. */
const SEQUENCE_MS = 1_200;

export type FrameKeys = {
  onPalette: () => void;
  onHelp: () => void;
  onToggleNav: () => void;
  /** "G" and then this lower-case letter. */
  onGo: (letter: string) => void;
};

/** Binds the keys that work on every page. A page that handles a key itself calls `preventDefault` on it. */
export function useFrameKeys(keys: FrameKeys) {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });

  useEffect(() => {
    let goUntil = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const key = event.key.toLowerCase();
      if (event.ctrlKey || event.metaKey) {
        if (key !== "k" || event.shiftKey) return;
        event.preventDefault();
        return latest.current.onPalette();
      }
      if (isTyping(event) || document.querySelector("[role=dialog], [role=alertdialog], [role=menu]")) return;
      const going = event.timeStamp < goUntil;
      goUntil = key === "g" ? event.timeStamp + SEQUENCE_MS : 0;
      if (going) latest.current.onGo(key);
      else if (key === "?") latest.current.onHelp();
      else if (key === "[") latest.current.onToggleNav();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
