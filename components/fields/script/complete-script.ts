import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { localCompletionSource, scopeCompletionSource, snippets } from "@codemirror/lang-javascript";
import { placeOf } from "./name-place";
import { completeNames } from "./script-completion";
import type { ScriptScope } from "./script-names";

/** What JavaScript itself offers in the sandbox. */
const javaScript = Object.assign(Object.create(null) as object, {
  Array,
  Boolean,
  Date,
  JSON,
  Map,
  Math,
  Number,
  Object,
  RegExp,
  Set,
  String,
  decodeURIComponent,
  encodeURIComponent,
  isFinite,
  isNaN,
  parseFloat,
  parseInt,
});

const words = "async await const else false let null return throw true typeof undefined";
const language: Completion[] = [...words.split(" ").map((label) => ({ label, type: "keyword" })), ...snippets];

type Source = (context: CompletionContext) => CompletionResult | null;

/**
 * All completion of a script: its names, its own variables, and JavaScript. It is one source, because a list takes no Enter
 * while one of its sources still looks, and sources without anything to offer look again at each key.
 */
export function completeScript(scope: () => ScriptScope): CompletionSource {
  const names = completeNames(scope) as Source;
  const builtIn = scopeCompletionSource(javaScript) as Source;
  return (context) => {
    const own = names(context);
    const below = placeOf(context.state, context.pos)?.path ?? [];
    if (!own || below.length > 0) return own ?? builtIn(context);
    const found = [builtIn(context), localCompletionSource(context)];
    const others = found.flatMap((result) => (result?.from === own.from ? result.options : []));
    const byLabel = new Map([...language, ...others, ...own.options].map((option) => [option.label, option]));
    return { ...own, options: [...byLabel.values()] };
  };
}
