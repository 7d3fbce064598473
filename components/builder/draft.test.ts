import { describe, expect, it } from "vitest";
import type { Graph } from "@/lib/core/graph";
import { createDraft, graphOf, selectedId } from "./draft";
import { updateStep } from "./edits";

const graph: Graph = {
  steps: [
    { id: "a", type: "webhook", name: "A", position: { x: 0, y: 0 }, settings: {} },
    { id: "b", type: "set-fields", name: "B", position: { x: 320, y: 0 }, settings: {} },
  ],
  edges: [{ from: "a", exit: "next", to: "b" }],
  variables: [],
};

const names = (draft: ReturnType<typeof createDraft>) => draft.store.get().nodes.map((node) => node.data.name);
const rename = (draft: ReturnType<typeof createDraft>, name: string, group?: string) =>
  draft.edit(`Rename to ${name}`, (content) => updateStep(content, "a", { name }), group);

describe("createDraft", () => {
  it("undoes and redoes edits one by one and names them", () => {
    const draft = createDraft(graph);
    rename(draft, "One");
    rename(draft, "Two");
    expect(draft.undo()).toBe("Rename to Two");
    expect(names(draft)).toEqual(["One", "B"]);
    expect(draft.undo()).toBe("Rename to One");
    expect(draft.undo()).toBeUndefined();
    expect(graphOf(draft.store.get())).toEqual(graph);
    expect(draft.redo()).toBe("Rename to One");
    expect(names(draft)).toEqual(["One", "B"]);
  });

  it("undoes what is typed into one field at once, until the field is left", () => {
    const draft = createDraft(graph);
    rename(draft, "O", "name:a");
    rename(draft, "On", "name:a");
    draft.closeGroup();
    rename(draft, "One", "name:a");
    draft.undo();
    expect(names(draft)).toEqual(["On", "B"]);
    draft.undo();
    expect(names(draft)).toEqual(["A", "B"]);
  });

  it("forgets what was undone when something else is edited", () => {
    const draft = createDraft(graph);
    rename(draft, "One");
    draft.undo();
    rename(draft, "Two");
    expect(draft.redo()).toBeUndefined();
    expect(names(draft)).toEqual(["Two", "B"]);
  });

  it("makes one step of a drag, and none of one that moved nothing", () => {
    const draft = createDraft(graph);
    const before = draft.store.get().version;
    draft.beginDrag();
    draft.onNodesChange([{ id: "b", type: "position", position: { x: 400, y: 8 }, dragging: true }]);
    draft.onNodesChange([{ id: "b", type: "position", position: { x: 480, y: 16 }, dragging: false }]);
    draft.endDrag("Move B");
    draft.beginDrag();
    draft.endDrag("Move B");
    expect(draft.store.get().version).toBe(before + 1);
    expect(graphOf(draft.store.get()).steps[1]?.position).toEqual({ x: 480, y: 16 });
    draft.undo();
    expect(graphOf(draft.store.get())).toEqual(graph);
  });

  it("changes nothing that has to be saved when steps are selected", () => {
    const draft = createDraft(graph);
    const { version } = draft.store.get();
    draft.select(["b"]);
    expect(selectedId(draft.store.get())).toBe("b");
    expect(draft.store.get().version).toBe(version);
    expect(draft.undo()).toBeUndefined();
  });

  it("selects what an undo or redo has changed, and keeps the selection where nothing is left to select", () => {
    const draft = createDraft(graph);
    rename(draft, "One");
    draft.select(["b"]);
    draft.undo();
    expect(selectedId(draft.store.get())).toBe("a");
    draft.redo();
    draft.edit("Delete B", (content) => ({
      ...content,
      nodes: content.nodes.filter(({ id }) => id !== "b"),
      edges: [],
    }));
    draft.undo();
    expect(selectedId(draft.store.get())).toBe("b");
    draft.select(["a"]);
    draft.redo();
    expect(selectedId(draft.store.get())).toBe("a");
  });
});
