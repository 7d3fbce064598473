import { useEffect } from "react";
import { isTyping, type ShortcutGroup } from "@/components/frame/shortcuts";
import type { Builder } from "./builder-context";
import { selectedIds } from "./draft";
import type { Direction } from "./neighbours";

/** The keys of the canvas, as the help lists them. */
export const canvasShortcuts: ShortcutGroup = {
  title: "Builder",
  shortcuts: [
    { keys: ["←", "→", "↑", "↓"], label: "Go to the next step along the edges" },
    { keys: ["Shift", "arrow"], label: "Move the selected steps" },
    { keys: ["Enter"], label: "Open Step Setup" },
    { keys: ["A"], label: "Add a step after the selected one" },
    { keys: ["Delete"], label: "Delete what is selected" },
    { keys: ["Ctrl", "C"], label: "Copy" },
    { keys: ["Ctrl", "X"], label: "Cut" },
    { keys: ["Ctrl", "V"], label: "Paste" },
    { keys: ["Ctrl", "D"], label: "Duplicate" },
    { keys: ["Ctrl", "A"], label: "Select all" },
    { keys: ["Ctrl", "Z"], label: "Undo" },
    { keys: ["Ctrl", "Shift", "Z"], label: "Redo" },
    { keys: ["Ctrl", "S"], label: "Save now" },
    { keys: ["L"], label: "Arrange the steps" },
    { keys: ["F"], label: "Show all steps" },
    { keys: ["/"], label: "Find a step" },
    { keys: ["Esc"], label: "Select nothing" },
  ],
};

const arrows: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** The key belongs to a window, a menu, a text, or another part of the page than the canvas. */
function isElsewhere(event: KeyboardEvent | ClipboardEvent): boolean {
  if (event.defaultPrevented || isTyping(event as KeyboardEvent)) return true;
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}

const onCanvas = (event: Event) =>
  event.target === document.body ||
  event.target === document.documentElement ||
  (event.target instanceof Element && event.target.closest("section[aria-label=Canvas], main") === event.target) ||
  (event.target instanceof Element && event.target.closest("section[aria-label=Canvas]") !== null);

/** Enter presses a button of the canvas, unless the button is a step. */
const isOtherButton = (event: Event) =>
  event.target instanceof Element && event.target.closest("button") !== null && !event.target.closest("[data-step]");

/** Binds the keys and the clipboard to the canvas. */
export function useCanvasKeys({ commands, shown, saver, ui }: Builder) {
  useEffect(() => {
    const withCtrl: Record<string, () => void> = {
      z: commands.undo,
      y: commands.redo,
      a: commands.selectAll,
      d: commands.duplicate,
      s: () => void saver.flush(),
    };
    const plain: Record<string, () => void> = {
      a: commands.pickAfterSelection,
      l: commands.arrange,
      f: () => commands.fit(),
      "/": () => commands.setUi({ search: true }),
      delete: commands.removeSelection,
      backspace: commands.removeSelection,
    };

    const onKeyDown = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && key === "s") {
        event.preventDefault();
        return void saver.flush();
      }
      if (isElsewhere(event) || event.altKey) return;
      const run = (command: (() => void) | undefined) => {
        if (!command) return;
        event.preventDefault();
        command();
      };
      if (event.ctrlKey || event.metaKey) {
        if (key === "z" && event.shiftKey) return run(commands.redo);
        if (key === "z" || key === "y" || onCanvas(event)) return run(withCtrl[key]);
        return;
      }
      if (key === "escape") return run(commands.clearSelection);
      if (!onCanvas(event)) return;
      const direction = arrows[event.key];
      if (direction) return run(() => (event.shiftKey ? commands.nudge(direction) : commands.go(direction)));
      if (event.key === "Enter") return isOtherButton(event) ? undefined : run(enterSetup);
      if (!event.shiftKey) run(plain[key]);
    };

    const enterSetup = () => {
      const stepId = selectedIds(shown.store.get())[0] ?? ui.get().tabStop;
      if (stepId === undefined || stepId === null) return;
      commands.select(stepId, { focus: false });
      commands.setUi({ setupFocus: { stepId } });
    };

    const onCopy = (event: ClipboardEvent, cut: boolean) => {
      if (isElsewhere(event) || !getSelection()?.isCollapsed) return;
      const text = commands.copyText();
      if (text === undefined) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (cut) commands.removeSelection();
      else commands.announce("Copied");
    };
    const copy = (event: ClipboardEvent) => onCopy(event, false);
    const cut = (event: ClipboardEvent) => onCopy(event, true);
    const paste = (event: ClipboardEvent) => {
      if (isElsewhere(event)) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (commands.paste(text)) event.preventDefault();
    };

    window.addEventListener("keydown", onKeyDown);
    document.addEventListener("copy", copy);
    document.addEventListener("cut", cut);
    document.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", cut);
      document.removeEventListener("paste", paste);
    };
  }, [commands, shown, saver, ui]);
}
