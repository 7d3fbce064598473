import { syntaxTree } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { pathOf } from "./name-place";
import { fieldsAt, type KnownName, knownNames, type ScriptScope } from "./script-names";

/** What there is to say about a name, as the editor shows it beside a list and over the code. */
export function docsNode({ signature, doc, example }: KnownName): HTMLElement {
  const node = document.createElement("div");
  node.className = "flex max-w-80 flex-col gap-1 p-2 font-sans text-sm whitespace-normal";
  const add = (text: string, className: string) => {
    const part = document.createElement("p");
    part.className = className;
    part.textContent = text;
    node.append(part);
  };
  add(signature, "font-mono text-xs break-words text-fg");
  if (doc) add(doc, "text-muted");
  if (example) add(example, "font-mono text-xs break-all text-faint");
  return node;
}

/** Shows what a name is when it is pointed at. */
export function hoverDocs(scope: () => ScriptScope): Extension {
  return hoverTooltip(
    ({ state }, pos, side) => {
      const node = syntaxTree(state).resolveInner(pos, side);
      const known = nameAt();
      if (!known) return null;
      return { pos: node.from, end: node.to, above: true, create: () => ({ dom: docsNode(known) }) };

      function nameAt(): KnownName | undefined {
        const text = state.sliceDoc(node.from, node.to);
        if (node.name === "VariableName" || node.name === "VariableDefinition")
          return knownNames(scope()).find(({ name }) => name === text);
        const object = node.name === "PropertyName" ? node.parent?.firstChild : null;
        const path = object ? pathOf(state, object) : undefined;
        return path && fieldsAt(scope(), path).find(({ name }) => name === text);
      }
    },
    { hoverTime: 400 },
  );
}
