import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** A mistake in code; `line` and `column` count from 1, null where nobody knows. */
export type CodeError = { message: string; line: number | null; column: number | null };

/** The place of an error in a text: from its column to the end of the word there; the whole line without one. */
export function rangeOf(doc: Text, { line, column }: CodeError): { from: number; to: number } {
  const place = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  const from = place.from + Math.min(Math.max((column ?? 1) - 1, 0), place.length);
  const word = /^[\p{L}\p{N}_$]+/u.exec(doc.sliceString(from, place.to));
  const to = column === null ? place.to : from + (word?.[0].length ?? 1);
  // At the end of a line there is nothing to underline but its last character.
  return to <= place.to ? { from, to } : { from: Math.max(place.from, place.to - 1), to: place.to };
}

/** Marks an error in the code, or takes the mark away. One whose line nobody knows is only told below the code. */
export function markError(view: EditorView, error: CodeError | null): void {
  const marks: Diagnostic[] =
    error === null || error.line === null
      ? []
      : [{ ...rangeOf(view.state.doc, error), severity: "error", message: error.message }];
  view.dispatch(setDiagnostics(view.state, marks));
}
