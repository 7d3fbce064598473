import type { CheckProblem } from "@/lib/contracts/cycles";
import type { Graph, Step } from "@/lib/core/graph";
import type { ScriptCheck, ScriptError } from "@/lib/script/job";
import { scriptPool } from "@/lib/script/scripts";
import { definitionOf } from "@/lib/steps/definitions";
import { expressionsOf } from "@/lib/steps/expressions";
import { isMidCycle } from "@/lib/steps/mid-cycle";
import { shownFields } from "@/lib/steps/shown-fields";
import type { Field, ScriptUse, Settings } from "@/lib/steps/types";
import type { AccountContext } from "../context";
import { ServiceError } from "../errors";

/** `place` says which mapping an expression is of. */
type Script = { step: Step; field: Field; use: ScriptUse; code: string; place?: string };

function scriptsOf(graph: Graph): Script[] {
  return graph.steps.flatMap((step) =>
    (definitionOf(step.type)?.fields ?? []).flatMap((field) => {
      const code = step.settings[field.key];
      const isScript = field.kind === "script" && field.script && typeof code === "string" && code.trim() !== "";
      return isScript ? [{ step, field, use: field.script!, code }] : [];
    }),
  );
}

function expressionsIn(graph: Graph): Script[] {
  return graph.steps.flatMap((step) => {
    const definition = definitionOf(step.type);
    const parsed = definition?.settings.safeParse(step.settings);
    if (!definition || !parsed?.success) return [];
    const settings = parsed.data as Settings;
    const shown = shownFields(definition, settings, { midCycle: isMidCycle(graph, step) });
    return expressionsOf(shown, settings).flatMap(({ field, place, mapping: { code } }) =>
      code.trim() === "" ? [] : [{ step, field, use: { form: "expression" }, code, place }],
    );
  });
}

/** What is wrong with the scripts and script expressions of a graph. Throws `unavailable` when too many scripts are waiting to be looked at. */
export async function scriptProblems(ctx: AccountContext, graph: Graph): Promise<CheckProblem[]> {
  const scripts = [...scriptsOf(graph), ...expressionsIn(graph)];
  const found = await Promise.all(
    scripts.map(async (script) => {
      const { code, use } = script;
      return problemOf(script, await scriptPool().check({ accountId: ctx.accountId, code, form: use.form }));
    }),
  );
  return found.flatMap((problem) => problem ?? []);
}

function problemOf({ step, field, use, place }: Script, { error, events }: ScriptCheck): CheckProblem | undefined {
  const at = { stepId: step.id, stepName: step.name, field: field.key };
  if (error?.kind === "busy")
    throw new ServiceError("unavailable", "Too many scripts are waiting to be checked. Try again in a moment.");
  if (error) {
    const where = whereOf(error);
    if (place !== undefined) {
      const message = `The script expression of ${place} of ${step.name} can't be read${where}: ${error.message}. Correct it.`;
      return { severity: "error", ...at, message };
    }
    return { severity: "error", ...at, message: `The script of ${step.name} can't be read${where}: ${error.message}.` };
  }
  if (use.form !== "events" || events.some((event) => use.events.includes(event))) return undefined;
  const names = use.events.map((event) => `${event}()`).join(" or ");
  const message = `The script of ${step.name} is never run: it declares no function ${names}.`;
  return { severity: "warning", ...at, message };
}

const whereOf = ({ line, column }: ScriptError): string =>
  line === undefined ? "" : ` in line ${line}${column === undefined ? "" : `, column ${column}`}`;
