import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder as showPlaceholder,
} from "@codemirror/view";
import { codeTheme } from "./code-theme";
import { completeScript } from "./complete-script";
import { hoverDocs } from "./script-docs";
import type { ScriptScope } from "./script-names";

/** Where the editor's `readOnly` stands; it can change while the editor is open. */
export const readOnlyPart = new Compartment();

export type EditorOptions = {
  labelledBy: string;
  describedBy: string;
  readOnly: boolean;
  placeholder?: string;
  scope: () => ScriptScope;
  onTry: () => void;
  onChange: (code: string) => void;
};

/** Everything that makes a CodeMirror a script editor. */
export function editorExtensions({
  labelledBy,
  describedBy,
  readOnly,
  placeholder,
  scope,
  onTry,
  onChange,
}: EditorOptions): Extension {
  const tryKey = {
    key: "Mod-Enter",
    run: () => {
      onTry();
      return true;
    },
  };
  return [
    lineNumbers(),
    lintGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    bracketMatching(),
    closeBrackets(),
    javascript(),
    autocompletion({ override: [completeScript(scope)] }),
    hoverDocs(scope),
    keymap.of([
      tryKey,
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      { key: "Tab", run: acceptCompletion },
      indentWithTab,
    ]),
    readOnlyPart.of(EditorState.readOnly.of(readOnly)),
    EditorView.contentAttributes.of({
      "aria-labelledby": labelledBy,
      "aria-describedby": describedBy,
      // It can be reached without; said for those who look whether what scrolls can be.
      tabindex: "0",
      spellcheck: "false",
    }),
    EditorView.updateListener.of((update) => {
      const isOwn = update.transactions.some((transaction) => transaction.annotation(Transaction.remote) !== true);
      if (update.docChanged && isOwn) onChange(update.state.doc.toString());
    }),
    placeholder ? showPlaceholder(placeholder) : [],
    codeTheme,
  ];
}
