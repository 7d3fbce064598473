import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import type { Path } from "@/lib/core/path";

/** Where a name is being typed: below a path (empty: at the top), from a place in the text on. */
export type NamePlace = { path: Path; from: number };

/** The path that stands before the cursor, or undefined where no name can be completed: in strings, comments, numbers. */
export function placeOf(state: EditorState, pos: number): NamePlace | undefined {
  const inner = syntaxTree(state).resolveInner(pos, -1);
  const isDot = inner.name === "." || inner.name === "?.";
  if ((isDot || inner.name === "PropertyName") && inner.parent?.name === "MemberExpression") {
    const object = inner.parent.firstChild;
    const path = object && pathOf(state, object);
    return path ? { path, from: isDot ? pos : inner.from } : undefined;
  }
  if (inner.name === "VariableName") return { path: [], from: inner.from };
  return undefined;
}

/** `method_request.lines[0].sku` as a path; undefined for whatever is more than names and fixed places. */
export function pathOf(state: EditorState, node: SyntaxNode): Path | undefined {
  const text = (part: SyntaxNode) => state.sliceDoc(part.from, part.to);
  if (node.name === "VariableName") return [text(node)];
  if (node.name !== "MemberExpression" || !node.firstChild || !node.lastChild) return undefined;
  const object = pathOf(state, node.firstChild);
  if (!object) return undefined;
  if (node.lastChild.name === "PropertyName") return [...object, text(node.lastChild)];
  const key = node.lastChild.name === "]" ? node.lastChild.prevSibling : null;
  if (key?.name === "Number") return [...object, Number(text(key))];
  return key?.name === "String" ? [...object, text(key).slice(1, -1)] : undefined;
}
