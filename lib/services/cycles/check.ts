import type { CheckProblem } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { checkGraph } from "@/lib/steps/check";
import type { AccountContext } from "../context";
import { ServiceError } from "../errors";
import { scriptProblems } from "../scripts/problems";
import { listAddressLists } from "../webhooks/allowed-ips";
import { findCycle } from "./find";

/** What is missing in a graph of the Cycle, with the secrets and lists of addresses that are stored for it. */
export async function problemsOf(ctx: AccountContext, cycleId: string, graph: Graph): Promise<CheckProblem[]> {
  const [secrets, addressLists] = await Promise.all([
    ctx.db.stepSecret.findMany({ where: { cycleId }, select: { stepId: true, name: true } }),
    listAddressLists(ctx.db, cycleId),
  ]);
  const stored = secrets.map(({ stepId, name }) => `${stepId}/${name}`);
  const problems = checkGraph(graph, { secrets: stored, addressLists });
  const scripts = await scriptProblems(ctx, graph);
  const isError = ({ severity }: CheckProblem) => severity === "error";
  const all = [...problems, ...scripts];
  return [...all.filter(isError), ...all.filter((problem) => !isError(problem))];
}

/** Everything that keeps the draft from being published or started, and what is worth knowing. Throws `not_found`. */
export async function checkCycle(ctx: AccountContext, cycleId: string): Promise<CheckProblem[]> {
  const cycle = await findCycle(ctx, cycleId);
  return problemsOf(ctx, cycle.id, cycle.draft as Graph);
}

/** Throws `cycle_incomplete` with every problem when one of them is an error. */
export function requireComplete(problems: CheckProblem[], verb: "published" | "started"): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const count = errors.length === 1 ? "One thing is" : `${errors.length} things are`;
  const first = errors[0]!.message;
  throw new ServiceError("cycle_incomplete", `The cycle can't be ${verb} yet. ${count} missing: ${first}`, {
    problems,
  });
}
