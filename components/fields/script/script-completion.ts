import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { snippetCompletion } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorView } from "@codemirror/view";
import { placeOf } from "./name-place";
import { docsNode } from "./script-docs";
import { fieldsAt, isWord, type KnownName, knownNames, type ScriptScope } from "./script-names";

const TYPES = { event: "function", data: "variable", helper: "function", field: "property" };

/** Completes the script's data, its helpers, its events and the fields of the sample. */
export function completeNames(scope: () => ScriptScope): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const place = placeOf(context.state, context.pos);
    if (!place) return context.explicit && isFree(context) ? topResult(context.pos, scope()) : null;
    if (place.path.length === 0) return topResult(place.from, scope());
    const fields = fieldsAt(scope(), place.path);
    if (fields.length === 0) return null;
    return { from: place.from, options: fields.map(completionOf), validFor: /^[\w$]*$/ };
  };
}

const topResult = (from: number, scope: ScriptScope): CompletionResult => ({
  from,
  options: knownNames(scope).map(completionOf),
  validFor: /^[\w$]*$/,
});

/** Neither inside of a text nor of a comment. */
function isFree({ state, pos }: CompletionContext): boolean {
  return !/String|Comment|RegExp|Number/.test(syntaxTree(state).resolveInner(pos, -1).name);
}

function completionOf(known: KnownName): Completion {
  const completion: Completion = {
    label: known.name,
    type: TYPES[known.kind],
    detail: known.detail,
    info: known.doc || known.example ? () => docsNode(known) : undefined,
    boost: known.kind === "field" ? 2 : 1,
  };
  if (known.kind === "event") return snippetCompletion(`function ${known.name}() {\n\t\${}\n}`, completion);
  if (known.kind === "helper") return snippetCompletion(`${known.name}(\${})`, completion);
  if (known.kind === "field" && !isWord(known.name)) return { ...completion, apply: inBrackets };
  return completion;
}

/** `headers.` becomes `headers["content-type"]`. */
function inBrackets(view: EditorView, { label }: Completion, from: number, to: number): void {
  const dot = view.state.sliceDoc(from - 2, from) === "?." ? from : from - 1;
  const insert = `[${JSON.stringify(label)}]`;
  view.dispatch({ changes: { from: dot, to, insert }, selection: { anchor: dot + insert.length } });
}
