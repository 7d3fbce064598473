import { edgeId } from "./flow";
import { type Edge, type Graph, type Step, type Variable, wouldCircle } from "./graph";
import { type Json, jsonEquals } from "./json";

export type StepChange = {
  stepId: string;
  /** The step's name in the newer graph, or in the older one when it was removed. */
  name: string;
  type: string;
  kind: "added" | "removed" | "changed" | "moved";
  /** Of a changed step: `name`, `note`, `onError`, `timeoutSeconds` and the keys of its settings. */
  fields: string[];
};

export type GraphDiff = {
  steps: StepChange[];
  addedEdges: Edge[];
  removedEdges: Edge[];
  /** Names of the variables that were added, removed or changed. */
  variables: string[];
};

const same = (a: unknown, b: unknown) => jsonEquals(a as Json, b as Json);

const byId = (steps: readonly Step[]) => new Map(steps.map((step) => [step.id, step]));
const moved = (a: Step, b: Step) => a.position.x !== b.position.x || a.position.y !== b.position.y;

/** What differs between two forms of a step, positions apart. */
function changedFields(before: Step, after: Step): string[] {
  const own = (["type", "name", "note", "onError", "timeoutSeconds"] as const).filter(
    (field) => !same(before[field], after[field]),
  );
  const keys = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  return [...own, ...[...keys].filter((key) => !same(before.settings[key], after.settings[key]))];
}

/** What has to change in `before` to become `after`, step by step in the order of `after`; removed steps come last. */
export function diffGraphs(before: Graph, after: Graph): GraphDiff {
  const old = byId(before.steps);
  const current = byId(after.steps);
  const steps = after.steps.flatMap((step): StepChange[] => {
    const change = { stepId: step.id, name: step.name, type: step.type };
    const earlier = old.get(step.id);
    if (!earlier) return [{ ...change, kind: "added", fields: [] }];
    const fields = changedFields(earlier, step);
    if (fields.length > 0) return [{ ...change, kind: "changed", fields }];
    return moved(earlier, step) ? [{ ...change, kind: "moved", fields: [] }] : [];
  });
  const removed = before.steps
    .filter((step) => !current.has(step.id))
    .map((step): StepChange => ({ stepId: step.id, name: step.name, type: step.type, kind: "removed", fields: [] }));
  const oldEdges = new Set(before.edges.map(edgeId));
  const newEdges = new Set(after.edges.map(edgeId));
  return {
    steps: [...steps, ...removed],
    addedEdges: after.edges.filter((edge) => !oldEdges.has(edgeId(edge))),
    removedEdges: before.edges.filter((edge) => !newEdges.has(edgeId(edge))),
    variables: changedVariables(before.variables, after.variables),
  };
}

function changedVariables(before: readonly Variable[], after: readonly Variable[]): string[] {
  const old = new Map(before.map((variable) => [variable.name, variable.value]));
  const current = new Map(after.map((variable) => [variable.name, variable.value]));
  return [...new Set([...old.keys(), ...current.keys()])].filter((name) => old.get(name) !== current.get(name));
}

/** Says whether two graphs are the same, whatever the order of their keys. */
export function sameGraph(a: Graph, b: Graph): boolean {
  return same(a, b);
}

export type GraphMerge = {
  graph: Graph;
  /** Names of the steps and variables that both sides changed, each in its own way. Empty: both can be kept. */
  conflicts: string[];
};

/**
 * Puts two changes of one graph together. What only one side changed is taken from it; where both changed the same step
 * differently it is a conflict, and `graph` has mine there. When both moved a step, mine stays.
 */
export function mergeGraphs(base: Graph, mine: Graph, theirs: Graph): GraphMerge {
  const conflicts = new Set<string>();
  const steps = mergeSteps(base, mine, theirs, conflicts);
  const ids = new Set(steps.map((step) => step.id));
  const edges = mergeEdges(base, mine, theirs).filter((edge) => ids.has(edge.from) && ids.has(edge.to));
  const graph = { steps, edges: withoutCircles(edges, mine, steps, conflicts), variables: [] as Variable[] };
  graph.variables = mergeVariables(base, mine, theirs, conflicts);
  return { graph, conflicts: [...conflicts] };
}

function mergeSteps(base: Graph, mine: Graph, theirs: Graph, conflicts: Set<string>): Step[] {
  const [old, own, other] = [byId(base.steps), byId(mine.steps), byId(theirs.steps)];
  const ids = new Set([...theirs.steps, ...mine.steps].map((step) => step.id));
  return [...ids].flatMap((id) => {
    const [before, ours, foreign] = [old.get(id), own.get(id), other.get(id)];
    if (!ours || !foreign) {
      const left = ours ?? foreign;
      if (!left || !before) return left ? [left] : [];
      // One side removed the step: gone, unless the other one worked on it meanwhile.
      if (changedFields(before, left).length === 0) return [];
      conflicts.add(left.name);
      return ours ? [ours] : [];
    }
    return [mergeStep(before, ours, foreign, conflicts)];
  });
}

function mergeStep(before: Step | undefined, mine: Step, theirs: Step, conflicts: Set<string>): Step {
  const position = before && !moved(before, mine) ? theirs.position : mine.position;
  const [iChanged, theyChanged] = [!before || contentDiffers(before, mine), !before || contentDiffers(before, theirs)];
  if (iChanged && theyChanged && contentDiffers(mine, theirs)) conflicts.add(mine.name);
  return { ...(iChanged ? mine : theirs), position };
}

const contentDiffers = (a: Step, b: Step) => changedFields(a, b).length > 0;

function mergeEdges(base: Graph, mine: Graph, theirs: Graph): Edge[] {
  const old = new Set(base.edges.map(edgeId));
  const own = new Set(mine.edges.map(edgeId));
  const other = new Set(theirs.edges.map(edgeId));
  const all = new Map([...theirs.edges, ...mine.edges].map((edge) => [edgeId(edge), edge]));
  return [...all].filter(([id]) => (own.has(id) && other.has(id)) || !old.has(id)).map(([, edge]) => edge);
}

/** Two edges that are fine alone may close a circle together: the other side's is left out, and that is a conflict. */
function withoutCircles(edges: readonly Edge[], mine: Graph, steps: readonly Step[], conflicts: Set<string>): Edge[] {
  const own = new Set(mine.edges.map(edgeId));
  const kept = edges.filter((edge) => own.has(edgeId(edge)));
  for (const edge of edges) {
    if (own.has(edgeId(edge))) continue;
    if (wouldCircle({ edges: kept }, edge.from, edge.to)) {
      conflicts.add(steps.find((step) => step.id === edge.to)?.name ?? edge.to);
    } else kept.push(edge);
  }
  return edges.filter((edge) => kept.includes(edge));
}

function mergeVariables(base: Graph, mine: Graph, theirs: Graph, conflicts: Set<string>): Variable[] {
  const valueIn = (graph: Graph, name: string) => graph.variables.find((variable) => variable.name === name)?.value;
  const names = new Set([...theirs.variables, ...mine.variables].map((variable) => variable.name));
  return [...names].flatMap((name) => {
    const [before, own, other] = [valueIn(base, name), valueIn(mine, name), valueIn(theirs, name)];
    if (own !== before && other !== before && own !== other) conflicts.add(name);
    const value = own === before ? other : own;
    return value === undefined ? [] : [{ name, value }];
  });
}
