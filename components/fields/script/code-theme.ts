import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--color-code-keyword)" },
  { tag: [tags.bool, tags.null, tags.number, tags.regexp], color: "var(--color-code-number)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--color-code-string)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--color-code-key)" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--color-accent-fg)" },
  { tag: [tags.comment], color: "var(--color-faint)", fontStyle: "italic" },
  { tag: [tags.invalid], color: "var(--color-failed-fg)" },
]);

/** The editor in the product's tokens; they switch between light and dark by themselves. */
const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--color-fg)", fontSize: "var(--text-sm)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.25rem", overflow: "auto" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--color-fg)" },
  ".cm-line": { padding: "0 10px 0 6px" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--color-fg)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--color-focus) 28%, transparent)",
  },
  ".cm-gutters": { backgroundColor: "var(--color-surface)", color: "var(--color-faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 8px", minWidth: "28px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--color-subtle)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--color-accent-bg)",
    outline: "1px solid var(--color-accent-line)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--color-failed-bg)" },
  ".cm-placeholder": { color: "var(--color-faint)" },
  ".cm-lint-marker-error": { content: "none", position: "relative" },
  ".cm-lint-marker-error::before": { content: '"✕"', color: "var(--color-failed-fg)", fontWeight: "700" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--color-failed-fg)",
    textUnderlineOffset: "3px",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--color-failed-line)" },
  ".cm-diagnostic": { fontFamily: "var(--font-sans)", padding: "6px 10px" },
  ".cm-tooltip": {
    backgroundColor: "var(--color-raised)",
    color: "var(--color-fg)",
    border: "1px solid var(--color-line)",
    borderRadius: "var(--radius-md)",
    boxShadow: "var(--shadow-float)",
    overflow: "hidden",
    zIndex: "60",
  },
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    maxHeight: "15rem",
    maxWidth: "min(28rem, 90vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px", display: "flex", gap: "8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--color-accent)",
    color: "var(--color-on-accent)",
  },
  ".cm-completionDetail": {
    marginLeft: "auto",
    fontStyle: "normal",
    color: "var(--color-muted)",
    overflow: "hidden",
    textOverflow: "ellipsis",
  },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionIcon": { opacity: "0.7", paddingRight: "0" },
  ".cm-completionInfo": { padding: "0" },
});

export const codeTheme: Extension = [look, syntaxHighlighting(colours)];
