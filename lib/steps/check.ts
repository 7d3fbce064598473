import type { CheckProblem } from "@/lib/contracts/cycles";
import { type Edge, ERROR_EXIT, type Graph, outgoing, reachableFrom, type Step } from "@/lib/core/graph";
import { checkSettings } from "./check-settings";
import { definitionOf } from "./definitions";
import { exitsOf } from "./exits";
import { isBeginning } from "./mid-cycle";

export type CheckOptions = {
  /** `stepId/name` of the secrets that are stored. */
  secrets: Iterable<string>;
  /** Ids of the webhook steps whose list of allowed addresses is not blank. */
  addressLists: Iterable<string>;
};

/**
 * Says everything that keeps a graph from starting (errors) or is worth knowing (warnings), in the order of its steps.
 * A graph without errors can be run by the engine.
 */
export function checkGraph(graph: Graph, { secrets, addressLists }: CheckOptions): CheckProblem[] {
  const stored = new Set(secrets);
  const problems = [
    ...checkTriggers(graph),
    ...graph.steps.flatMap((step) => checkSettings(graph, step, stored)),
    ...checkNames(graph),
    ...checkEdges(graph),
    ...checkCircles(graph),
    ...checkConnected(graph),
    ...checkResponses(graph),
    ...checkErrorExits(graph),
    ...checkAddresses(graph, new Set(addressLists)),
  ];
  const place = new Map(graph.steps.map((step, index) => [step.id, index]));
  const placeOf = (problem: CheckProblem) => (problem.stepId === null ? -1 : (place.get(problem.stepId) ?? -1));
  const rank = (problem: CheckProblem) => (problem.severity === "error" ? 0 : 1);
  return withoutDoubles(problems).sort((a, b) => rank(a) - rank(b) || placeOf(a) - placeOf(b));
}

/** Whether the caller of the graph's trigger is answered by a step: some response step can be reached from it. */
export function isSynchronous(graph: Graph): boolean {
  const responding = new Set(graph.steps.filter((step) => definitionOf(step.type)?.responds).map((step) => step.id));
  if (responding.size === 0) return false;
  return triggersOf(graph).some((trigger) =>
    [...reachableFrom(graph, trigger.id)].some((stepId) => responding.has(stepId)),
  );
}

function problemAt(step: Step | null, message: string, severity: CheckProblem["severity"] = "error"): CheckProblem {
  return { severity, stepId: step?.id ?? null, stepName: step?.name ?? null, field: null, message };
}

function withoutDoubles(problems: CheckProblem[]): CheckProblem[] {
  const keyOf = (problem: CheckProblem) => JSON.stringify([problem.stepId, problem.field, problem.message]);
  return [...new Map(problems.map((problem) => [keyOf(problem), problem])).values()];
}

const triggersOf = (graph: Graph) => graph.steps.filter((step) => isBeginning(graph, step));
const isRun = (step: Step) => definitionOf(step.type)?.annotation !== true;

function checkTriggers(graph: Graph): CheckProblem[] {
  const [first, ...others] = triggersOf(graph);
  if (!first) return [problemAt(null, "The cycle has no trigger. Add a Webhook to begin with.")];
  const left = new Set(graph.edges.map((edge) => edge.from));
  return [
    ...others.map((step) =>
      problemAt(
        step,
        `${step.name} is one trigger too many. A cycle begins with one: lead an earlier step to it, or remove it.`,
      ),
    ),
    ...[first, ...others]
      .filter((step) => !left.has(step.id))
      .map((step) => problemAt(step, `${step.name} has nothing after it. Add the step that each request goes to.`)),
  ];
}

function checkNames(graph: Graph): CheckProblem[] {
  const seen = new Set<string>();
  return graph.steps.filter(isRun).flatMap((step) => {
    const name = step.name.trim().toLowerCase();
    if (seen.has(name)) return [problemAt(step, `Another step is called ${step.name} too. Give one a different name.`)];
    seen.add(name);
    return [];
  });
}

function checkEdges(graph: Graph): CheckProblem[] {
  const steps = new Map(graph.steps.map((step) => [step.id, step]));
  return graph.edges.flatMap((edge) => {
    const from = steps.get(edge.from);
    const to = steps.get(edge.to);
    if (!from || !to)
      return [problemAt(from ?? to ?? null, "An edge leads to a step that no longer exists. Remove it.")];
    if (!isRun(from) || !isRun(to)) return [problemAt(from, `${(isRun(from) ? to : from).name} can't be connected.`)];
    if (definitionOf(from.type) && !exitsOf(from).includes(edge.exit))
      return [problemAt(from, `${from.name} has no exit "${edge.exit}" any more. Remove the edge, or draw it anew.`)];
    return [];
  });
}

function checkCircles(graph: Graph): CheckProblem[] {
  return graph.steps
    .filter((step) => reachableFrom(graph, step.id).has(step.id))
    .map((step) => problemAt(step, `${step.name} leads back to itself. Remove one of the edges of this circle.`));
}

function checkConnected(graph: Graph): CheckProblem[] {
  const triggers = triggersOf(graph);
  if (triggers.length === 0) return [];
  const reached = new Set(triggers.flatMap((trigger) => [trigger.id, ...reachableFrom(graph, trigger.id)]));
  return graph.steps
    .filter((step) => isRun(step) && !reached.has(step.id))
    .map((step) => problemAt(step, `${step.name} isn't connected. Connect it to an earlier step, or remove it.`));
}

/** Warns of Error exits that lead nowhere: a failure would pass for a success. */
function checkErrorExits(graph: Graph): CheckProblem[] {
  const used = new Set(graph.edges.filter((edge) => edge.exit === ERROR_EXIT).map((edge) => edge.from));
  return graph.steps
    .filter((step) => exitsOf(step).includes(ERROR_EXIT) && !used.has(step.id))
    .map((step) =>
      problemAt(step, `The Error exit of ${step.name} leads nowhere, so its failures go unseen.`, "warning"),
    );
}

/** Warns of webhooks whose list of allowed addresses is blank. It can be filled after the start, so it is no error. */
function checkAddresses(graph: Graph, lists: ReadonlySet<string>): CheckProblem[] {
  return graph.steps
    .filter((step) => definitionOf(step.type)?.ipFiltered && !lists.has(step.id))
    .map((step) =>
      problemAt(
        step,
        `${step.name} refuses every request: no address is allowed. Type those that may send to it.`,
        "warning",
      ),
    );
}

/** Warns, in a synchronous graph, of each exit after which no response can be reached any more. */
function checkResponses(graph: Graph): CheckProblem[] {
  const [trigger] = triggersOf(graph);
  if (!trigger || !isSynchronous(graph)) return [];
  const paths = new ResponsePaths(graph);
  return paths.unansweredFrom(trigger.id);
}

class ResponsePaths {
  readonly #steps: Map<string, Step>;
  readonly #edges: Map<string, Edge[]>;
  readonly #answers = new Map<string, boolean>();
  readonly #walked = new Set<string>();

  constructor(graph: Graph) {
    this.#steps = new Map(graph.steps.map((step) => [step.id, step]));
    this.#edges = outgoing(graph);
  }

  /** Whether every way on from a step reaches a response; of branches that run side by side one is enough. */
  #answersFrom(stepId: string): boolean {
    const known = this.#answers.get(stepId);
    if (known !== undefined) return known;
    this.#answers.set(stepId, false);
    const step = this.#steps.get(stepId);
    const exits = step ? exitsOf(step) : [];
    const answers =
      (step !== undefined && definitionOf(step.type)?.responds === true) ||
      (exits.length > 0 && exits.every((exit) => this.#targets(stepId, exit).some((to) => this.#answersFrom(to))));
    this.#answers.set(stepId, answers);
    return answers;
  }

  #targets(stepId: string, exit: string): string[] {
    return (this.#edges.get(stepId) ?? []).filter((edge) => edge.exit === exit).map((edge) => edge.to);
  }

  unansweredFrom(stepId: string): CheckProblem[] {
    const step = this.#steps.get(stepId);
    if (!step || this.#walked.has(stepId) || this.#answersFrom(stepId)) return [];
    this.#walked.add(stepId);
    const exits = exitsOf(step);
    if (exits.length === 0)
      return [problemAt(step, `${step.name} ends the cycle without a response.${PLAIN}`, "warning")];
    return exits.flatMap((exit) => {
      const targets = this.#targets(stepId, exit);
      if (targets.some((to) => this.#answersFrom(to))) return [];
      if (targets.length > 0) return targets.flatMap((to) => this.unansweredFrom(to));
      const way =
        exits.length === 1
          ? ""
          : ` by ${exit === ERROR_EXIT ? "Error" : `${exit[0]?.toUpperCase()}${exit.slice(1).replaceAll("-", " ")}`}`;
      return [problemAt(step, `The path that leaves ${step.name}${way} never reaches a response.${PLAIN}`, "warning")];
    });
  }
}

const PLAIN = " The caller then gets 200 with the transaction's id.";
