import type { ReactFlowInstance } from "@xyflow/react";
import type { ToastMessage } from "@/components/ui/toast";
import { layoutBoxes } from "@/lib/core/layout";
import { definitionOf } from "@/lib/steps/definitions";
import { exitsOf } from "@/lib/steps/exits";
import type { Ui } from "./builder-context";
import { copySteps, pasteSteps, readClipboard, writeClipboard } from "./clipboard";
import { additionProblem } from "./connection-rules";
import { type Content, type Draft, type StepEdge, type StepNode, selectedIds } from "./draft";
import { addStep, moveSteps, type Place, remove } from "./edits";
import { type Direction, neighbour } from "./neighbours";
import { GRID, type Point, STEP_WIDTH, sizeOf } from "./placement";
import type { Store } from "./store";
import { animated, createViewCommands } from "./view-commands";

export type CommandOptions = {
  shown: Draft;
  readOnly: boolean;
  ui: Store<Ui>;
  flow: ReactFlowInstance<StepNode, StepEdge>;
  toast: (message: ToastMessage) => void;
};

export type Commands = ReturnType<typeof createCommands>;

const plural = (count: number) => (count === 1 ? "1 step" : `${count} steps`);

/** Everything that keys, menus and buttons do with the graph on the canvas. */
export function createCommands({ shown, readOnly, ui, flow, toast }: CommandOptions) {
  const content = (): Content => shown.store.get();
  const setUi = (changes: Partial<Ui>) => ui.set({ ...ui.get(), ...changes });
  // A screen reader says a text again only when it differs.
  const announce = (text: string) => setUi({ announcement: ui.get().announcement === text ? `${text}\u00a0` : text });
  const refuse = (reason: string) => toast({ title: reason, tone: "info" });

  const { reveal, revealLegibly, revealBesidePanel, focus } = createViewCommands(shown, flow);

  const select = (stepId: string, options: { focus?: boolean } = {}) => {
    shown.select([stepId]);
    setUi({ side: null, tabStop: stepId });
    revealBesidePanel(stepId);
    if (options.focus !== false) focus(stepId);
  };

  /** Runs an edit and makes what it added visible. */
  const edit = (label: string, change: (content: Content) => Content, group?: string) => {
    if (readOnly) return;
    shown.edit(label, change, group);
  };

  const add = (type: string, place: Place) => {
    if (readOnly) return;
    const problem = additionProblem(content().nodes, type);
    if (problem) return refuse(problem);
    edit(`Add ${definitionOf(type)?.label ?? type}`, (before) => addStep(before, type, place, Math.random));
    const added = content().nodes.at(-1);
    if (!added) return;
    select(added.id);
    announce(`Added ${added.data.name}`);
  };

  /** Where a step goes that is chosen without a place: after the selected one, else into the middle of what is in sight. */
  const defaultPlace = (): Place => {
    const [selected] = selectedIds(content());
    if (selected !== undefined) return { after: selected };
    const onlyEnd = openEnd(content());
    if (onlyEnd !== undefined) return { after: onlyEnd };
    const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
    if (!pane) return { free: { x: 0, y: 0 } };
    const centre = flow.screenToFlowPosition({ x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 });
    return { free: { x: centre.x - STEP_WIDTH / 2, y: centre.y - 44 } };
  };

  const removeSelection = () => {
    if (readOnly) return;
    const before = content();
    const steps = before.nodes.filter((node) => node.selected);
    const edges = before.edges.filter((edge) => edge.selected).map((edge) => edge.id);
    if (steps.length === 0 && edges.length === 0) return;
    removeSteps(steps, edges);
  };

  const removeSteps = (steps: readonly StepNode[], edges: readonly string[] = []) => {
    const [first] = steps;
    const what = !first ? "edge" : steps.length === 1 ? first.data.name : plural(steps.length);
    const follow = content().edges.find((edge) => edge.target === first?.id)?.source;
    edit(`Delete ${what}`, (now) =>
      remove(
        now,
        steps.map((step) => step.id),
        edges,
      ),
    );
    if (!first) return announce("Deleted the edge");
    setUi({ tabStop: follow ?? content().nodes[0]?.id ?? null });
    if (follow !== undefined) focus(follow);
    const addresses = steps.filter((step) => definitionOf(step.data.type)?.webhook);
    const description =
      addresses.length === 0
        ? undefined
        : "Once this is published, requests to its URL get 404. Undo brings the same URL back.";
    announce(`Deleted ${what}`);
    if (steps.length === 1 && addresses.length === 0) return;
    const onAction = () => {
      if (shown.store.get().past.at(-1)?.label === `Delete ${what}`) return undo();
      refuse("Other changes came after it. Undo them first, one by one.");
    };
    toast({ title: `Deleted ${what}`, description, tone: "info", action: { label: "Undo", onAction } });
  };

  const undo = () => {
    if (readOnly) return;
    const label = shown.undo();
    announce(label === undefined ? "Nothing to undo" : `Undone: ${label}`);
  };

  const redo = () => {
    if (readOnly) return;
    const label = shown.redo();
    announce(label === undefined ? "Nothing to redo" : `Done again: ${label}`);
  };

  const copyText = (): string | undefined => {
    const ids = selectedIds(content());
    return ids.length === 0 ? undefined : writeClipboard(copySteps(content(), ids));
  };

  const paste = (text: string, at?: Point) => {
    if (readOnly) return false;
    const clip = readClipboard(text);
    if (!clip) return false;
    const refused = clip.steps.find((step) => additionProblem(content().nodes, step.type));
    const reason = refused && additionProblem(content().nodes, refused.type);
    const before = content().nodes.length;
    const taken = { ...clip, steps: clip.steps.filter((step) => !additionProblem(content().nodes, step.type)) };
    if (taken.steps.length > 0) {
      edit(`Paste ${plural(taken.steps.length)}`, (now) => pasteSteps(now, taken, { at, random: Math.random }));
      const added = content().nodes.slice(before);
      setUi({ side: null, tabStop: added[0]?.id ?? null });
      if (added[0]) {
        focus(added[0].id);
        reveal(added[0].id);
      }
      announce(`Pasted ${plural(added.length)}`);
    }
    if (refused) toast({ title: `${refused.name} was left out`, description: reason, tone: "info" });
    return true;
  };

  const arrange = () => {
    if (readOnly) return;
    edit("Arrange the steps", arranged);
    requestAnimationFrame(() => void flow.fitView({ padding: 0.12, maxZoom: 1, duration: animated() }));
    announce("Arranged the steps from left to right");
  };

  return {
    announce,
    refuse,
    setUi,
    edit,
    add,
    undo,
    redo,
    paste,
    copyText,
    select,
    reveal,
    revealLegibly,
    revealBesidePanel,
    focus,
    arrange,
    removeSelection,
    removeSteps,
    defaultPlace,
    duplicate: () => {
      const text = copyText();
      if (text) paste(text);
    },
    selectAll: () => {
      shown.select(content().nodes.map((node) => node.id));
      announce(`Selected ${plural(content().nodes.length)}`);
    },
    clearSelection: () => shown.select([]),
    /** Resolves once all of the graph is in sight. */
    fit: (durationMs = animated()) => flow.fitView({ padding: 0.12, maxZoom: 1, duration: durationMs }),
    zoom: (by: "in" | "out") => void (by === "in" ? flow.zoomIn : flow.zoomOut)({ duration: animated() }),
    nudge: (direction: Direction) => {
      const ids = selectedIds(content());
      const by = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction] as [number, number];
      edit("Move steps", (now) => moveSteps(now, ids, { x: by[0] * GRID * 2, y: by[1] * GRID * 2 }), `move:${ids}`);
    },
    go: (direction: Direction) => {
      const from = selectedIds(content())[0] ?? ui.get().tabStop;
      const to = from === null ? content().nodes[0]?.id : neighbour(content(), from, direction);
      if (to !== undefined) select(to);
    },
    /** Opens the list of step types beside a step, or in the middle of the canvas. */
    pickAfterSelection: () => {
      if (readOnly) return;
      const place = defaultPlace();
      const anchor = "after" in place ? document.querySelector(`[data-step="${CSS.escape(place.after)}"]`) : null;
      const box = (anchor ?? document.querySelector(".react-flow"))?.getBoundingClientRect();
      const name = "after" in place ? content().nodes.find((node) => node.id === place.after)?.data.name : undefined;
      const [x, y] = anchor
        ? [box?.right ?? 0, box?.top ?? 0]
        : [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 80];
      setUi({ picker: { place, x, y, title: name ? `Add after ${name}` : "Add a step" } });
    },
    /** Shows a problem where it is: the step, and the field that it is about. */
    showProblem: (stepId: string, field: string | null) => {
      select(stepId, { focus: field === null });
      if (field !== null) setUi({ setupFocus: { stepId, field } });
    },
  };
}

/** The one step that something could be added after, when there is no choice. */
function openEnd({ nodes, edges }: Content): string | undefined {
  const left = new Set(edges.map((edge) => edge.source));
  const ends = nodes.filter((node) => exitsOf(node.data).length > 0 && !left.has(node.id));
  return ends.length === 1 ? ends[0]?.id : undefined;
}

function arranged(content: Content): Content {
  const exitPlace = new Map(content.nodes.map((node) => [node.id, exitsOf(node.data)]));
  const place = (edge: StepEdge) => exitPlace.get(edge.source)?.indexOf(edge.sourceHandle ?? "") ?? 0;
  const boxes = content.nodes.map((node) => ({ id: node.id, ...sizeOf(node) }));
  const positions = layoutBoxes(
    boxes,
    content.edges.toSorted((a, b) => place(a) - place(b)),
    GRID,
  );
  return {
    ...content,
    nodes: content.nodes.map((node) => ({ ...node, position: positions.get(node.id) ?? node.position })),
  };
}
