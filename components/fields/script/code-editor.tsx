"use client";
import { historyField } from "@codemirror/commands";
import { EditorState, Transaction } from "@codemirror/state";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";
import { cx } from "@/components/ui/cx";
import { editorExtensions, readOnlyPart } from "./editor-extensions";
import { type CodeError, markError, rangeOf } from "./error-marks";
import type { ScriptScope } from "./script-names";

/** How long after Escape a Tab leaves the editor, in milliseconds. */
const LEAVE_MS = 10_000;

/** What others may do with an editor that is on the screen. */
export type EditorHandle = {
  /** Puts the cursor at a place and the focus into the editor. */
  goTo: (error: CodeError) => void;
  /** Puts code where the cursor stands, in the place of what is selected. */
  insert: (code: string) => void;
  focus: () => void;
  /** Adds code at the end; one undo takes it away again. */
  append: (code: string) => void;
};

export type CodeEditorProps = {
  value: string;
  onChange: (value: string) => void;
  /** What Ctrl Enter does. */
  onTry?: () => void;
  readOnly: boolean;
  /** Shown while there is no code. */
  placeholder?: string;
  /** The ids of the elements that name and describe it. */
  labelledBy: string;
  describedBy: string;
  scope: ScriptScope;
  /** The error of `value` as it is now; undefined while nobody knows. */
  error: CodeError | null | undefined;
  handle: RefObject<EditorHandle | null>;
  /** Called once `handle` is there. */
  onReady: () => void;
  /** Keeps undo and cursor from one editor of this code to the next. */
  memory: RefObject<unknown>;
  className?: string;
};

/** A code editor for scripts. Loaded on demand: `script-field.tsx` is what a form uses. */
export function CodeEditor(props: CodeEditorProps) {
  const { value, readOnly, labelledBy, describedBy, error, handle, memory, className } = props;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const { value: doc, readOnly: isReadOnly, placeholder } = latest.current;
    const extensions = editorExtensions({
      labelledBy,
      describedBy,
      readOnly: isReadOnly,
      placeholder,
      scope: () => latest.current.scope,
      onTry: () => latest.current.onTry?.(),
      onChange: (code) => latest.current.onChange(code),
    });
    const kept = memory.current as { doc?: string } | null;
    const state =
      kept?.doc === doc
        ? EditorState.fromJSON(kept, { extensions }, { history: historyField })
        : EditorState.create({ doc, extensions });
    const view = new EditorView({ state, parent });
    editor.current = view;
    handle.current = handleOf(view);
    const stopEscapes = keepEscapes(view);
    return () => {
      stopEscapes();
      memory.current = view.state.toJSON({ history: historyField });
      editor.current = null;
      handle.current = null;
      view.destroy();
    };
  }, [labelledBy, describedBy, handle, memory]);

  useEffect(() => {
    const view = editor.current;
    if (view && view.state.doc.toString() !== value) replaceCode(view, value);
  }, [value]);

  useEffect(() => {
    editor.current?.dispatch({ effects: readOnlyPart.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    if (editor.current && error !== undefined) markError(editor.current, error);
  }, [error]);

  // After all of the above: what is put in now is not taken for what differs from the value.
  useEffect(() => latest.current.onReady(), []);

  return <div ref={place} className={cx("min-h-0 overflow-hidden", className)} />;
}

/**
 * Escape belongs to the editor while it has the focus: it closes a list, else it lets the next Tab leave. Windows around
 * it listen for Escape at the document, so it is caught above that.
 */
function keepEscapes(view: EditorView): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.isComposing || !view.hasFocus) return;
    event.preventDefault();
    event.stopPropagation();
    if (!runScopeHandlers(view, event, "editor")) view.setTabFocusMode(LEAVE_MS);
  };
  window.addEventListener("keydown", onKeyDown, { capture: true });
  return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
}

function handleOf(view: EditorView): EditorHandle {
  return {
    goTo: (error) => {
      const { from } = rangeOf(view.state.doc, error);
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
    insert: (code) => {
      view.dispatch(view.state.replaceSelection(code), { userEvent: "input.paste", scrollIntoView: true });
    },
    focus: () => view.focus(),
    append: (code) => {
      const { doc } = view.state;
      const insert = `${doc.toString().trim() === "" ? "" : "\n\n"}${code}\n`;
      const from = doc.toString().trimEnd().length;
      view.dispatch({
        changes: { from, to: doc.length, insert },
        selection: { anchor: from + insert.length },
        userEvent: "input.paste",
        scrollIntoView: true,
      });
      view.focus();
    },
  };
}

/** Takes over a change from outside, such as the canvas' undo: only what differs, so that the cursor stays. */
function replaceCode(view: EditorView, next: string): void {
  const old = view.state.doc.toString();
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start++;
  let [end, nextEnd] = [old.length, next.length];
  while (end > start && nextEnd > start && old[end - 1] === next[nextEnd - 1]) {
    end--;
    nextEnd--;
  }
  view.dispatch({
    changes: { from: start, to: end, insert: next.slice(start, nextEnd) },
    annotations: [Transaction.addToHistory.of(false), Transaction.remote.of(true)],
  });
}
