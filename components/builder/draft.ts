import {
  applyEdgeChanges,
  applyNodeChanges,
  type Edge,
  type EdgeChange,
  type Node,
  type NodeChange,
} from "@xyflow/react";
import { type StepData, toFlow, toGraph } from "@/lib/core/flow";
import type { Graph, Variable } from "@/lib/core/graph";
import { createStore, type Store } from "./store";

export type StepNode = Node<StepData, "step">;
export type StepEdge = Edge<Record<string, never>, "exit">;

/** What is drawn, and undone and redone as a whole. */
export type Content = { nodes: StepNode[]; edges: StepEdge[]; variables: Variable[] };

type Entry = { label: string; content: Content };

export type DraftState = Content & {
  past: Entry[];
  future: Entry[];
  /** Rises with each change of the graph; selecting, measuring and dragging do not count. */
  version: number;
};

const UNDO_STEPS = 200;

/** Turns a graph into what the canvas draws. */
export function toContent(graph: Graph): Content {
  return { ...(toFlow(graph) as Pick<Content, "nodes" | "edges">), variables: graph.variables };
}

/** What the canvas draws, as a graph. */
export function graphOf({ nodes, edges, variables }: Content): Graph {
  return toGraph(nodes, edges, variables);
}

const contentOf = ({ nodes, edges, variables }: Content): Content => ({ nodes, edges, variables });

export type Draft = {
  store: Store<DraftState>;
  /** Changes the graph; one more step for undo, or the same one while `group` stays the same. */
  edit: (label: string, change: (content: Content) => Content, group?: string) => void;
  /** Ends a group: the next edit is undone apart even when its group is the same. */
  closeGroup: () => void;
  /** Gives the label of what was undone. */
  undo: () => string | undefined;
  redo: () => string | undefined;
  select: (nodeIds: readonly string[], edgeIds?: readonly string[]) => void;
  onNodesChange: (changes: NodeChange<StepNode>[]) => void;
  onEdgesChange: (changes: EdgeChange<StepEdge>[]) => void;
  beginDrag: () => void;
  endDrag: (label: string) => void;
};

/** The draft on the canvas: the nodes and edges that React Flow draws, the variables, and what can be undone. */
export function createDraft(graph: Graph): Draft {
  const store = createStore<DraftState>({ ...toContent(graph), past: [], future: [], version: 0 });
  let openGroup: string | undefined;
  let dragged: Content | undefined;

  const commit = (label: string, before: Content, after: Content, group?: string) => {
    const { past, version } = store.get();
    const grouped = group !== undefined && group === openGroup && past.length > 0;
    openGroup = group;
    store.set({
      ...after,
      past: grouped ? past : [...past.slice(1 - UNDO_STEPS), { label, content: before }],
      future: [],
      version: version + 1,
    });
  };

  const edit: Draft["edit"] = (label, change, group) => {
    const before = contentOf(store.get());
    const after = change(before);
    if (after !== before) commit(label, before, contentOf(after), group);
  };

  const travel = (from: "past" | "future", to: "past" | "future") => {
    const state = store.get();
    const entry = state[from].at(-1);
    if (!entry) return undefined;
    openGroup = undefined;
    store.set({
      ...state,
      ...selectChanged(contentOf(state), entry.content),
      [from]: state[from].slice(0, -1),
      [to]: [...state[to], { label: entry.label, content: contentOf(state) }],
      version: state.version + 1,
    });
    return entry.label;
  };

  return {
    store,
    edit,
    closeGroup: () => {
      openGroup = undefined;
    },
    undo: () => travel("past", "future"),
    redo: () => travel("future", "past"),
    select: (nodeIds, edgeIds = []) => {
      const state = store.get();
      const nodes = withSelection(state.nodes, new Set(nodeIds));
      const edges = withSelection(state.edges, new Set(edgeIds));
      if (nodes !== state.nodes || edges !== state.edges) store.set({ ...state, nodes, edges });
    },
    onNodesChange: (changes) => {
      const kept = changes.filter((change) => change.type !== "remove");
      if (kept.length > 0) store.set({ ...store.get(), nodes: applyNodeChanges(kept, store.get().nodes) });
    },
    onEdgesChange: (changes) => {
      const kept = changes.filter((change) => change.type === "select");
      if (kept.length > 0) store.set({ ...store.get(), edges: applyEdgeChanges(kept, store.get().edges) });
    },
    beginDrag: () => {
      dragged = contentOf(store.get());
    },
    endDrag: (label) => {
      const before = dragged;
      dragged = undefined;
      const after = contentOf(store.get());
      if (before && positionsDiffer(before, after)) commit(label, before, after);
    },
  };
}

const positionsDiffer = (before: Content, after: Content): boolean => movedIds(before, after).size > 0;

/** Ids of the steps that stand elsewhere than before, or did not stand before. */
function movedIds(before: Content, after: Content): Set<string> {
  const positions = new Map(before.nodes.map((node) => [node.id, node.position]));
  const moved = after.nodes.filter(({ id, position }) => {
    const earlier = positions.get(id);
    return earlier?.x !== position.x || earlier.y !== position.y;
  });
  return new Set(moved.map(({ id }) => id));
}

/** `after` with the steps selected that differ from `before`; where none does, those that are selected now. */
function selectChanged(before: Content, after: Content): Content {
  const earlier = new Map(before.nodes.map((node) => [node.id, node.data]));
  const moved = movedIds(before, after);
  const changed = after.nodes.filter(({ id, data }) => moved.has(id) || earlier.get(id) !== data);
  const ids = new Set(changed.length > 0 ? changed.map(({ id }) => id) : selectedIds(before));
  return { ...after, nodes: withSelection(after.nodes, ids), edges: withSelection(after.edges, new Set()) };
}

/** The same list where nothing changes; only members whose selection changes are made anew. */
function withSelection<T extends { id: string; selected?: boolean }>(members: T[], ids: ReadonlySet<string>): T[] {
  if (members.every((member) => (member.selected ?? false) === ids.has(member.id))) return members;
  return members.map((member) =>
    (member.selected ?? false) === ids.has(member.id) ? member : { ...member, selected: ids.has(member.id) },
  );
}

/** Ids of the selected steps, in the draft's order. */
export const selectedIds = (state: Content): string[] =>
  state.nodes.filter((node) => node.selected).map((node) => node.id);

/** The id of the selected step when exactly one is, else undefined. */
export function selectedId(state: Content): string | undefined {
  const ids = selectedIds(state);
  return ids.length === 1 ? ids[0] : undefined;
}
