"use client";
import { useMemo } from "react";
import { type FieldScope, previewOf, useFieldScope } from "@/components/fields/field-scope";
import { isJsonObject, type Json } from "@/lib/core/json";
import { NamedMapping } from "@/lib/core/mapping";
import { nestFields } from "@/lib/core/nest";
import type { ScriptUse, Settings } from "@/lib/steps/types";
import type { ScriptScope } from "./script-names";

/** What a script of the step would find in the chosen sample. */
export function useScriptScope(use: ScriptUse, settings: Settings): ScriptScope {
  const scope = useFieldScope();
  return useMemo(
    () => ({ use, values: valuesOf(use, settings, scope), stepNames: scope.names.byId }),
    [use, settings, scope],
  );
}

function valuesOf(use: ScriptUse, settings: Settings, scope: FieldScope): ScriptScope["values"] {
  const { step, variables } = scope;
  const cycle_variables = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  if (use.form !== "events") return { cycle_variables, steps: sampleOfSteps(scope) };
  const sample = isJsonObject(step.sample) ? step.sample : {};
  const { body = null, query = {}, headers = {}, status } = sample;
  if (step.receives) {
    return {
      cycle_variables,
      method_request: body,
      method_request_parameters: query,
      method_request_headers: headers,
      method_request_method: "POST",
    };
  }
  const sent = bodyOf(settings, scope);
  return {
    cycle_variables,
    ...(sent !== undefined && { method_request: sent }),
    ...(status !== undefined && {
      method_response: body,
      method_response_headers: headers,
      method_response_status: status,
    }),
  };
}

/** What the earlier steps gave, by their ids: those that have a sample. */
export function sampleOfSteps({ sources }: FieldScope): { [stepId: string]: Json } {
  return Object.fromEntries(sources.flatMap(({ stepId, sample }) => (sample === undefined ? [] : [[stepId, sample]])));
}

/** The body that a step with named fields would send; undefined where it has none. */
function bodyOf({ body }: Settings, scope: FieldScope): Json | undefined {
  const fields = NamedMapping.array().safeParse(body).data ?? [];
  if (fields.length === 0) return undefined;
  try {
    return nestFields(fields.map(({ name, value }) => ({ name, value: previewOf(scope, value) ?? null })));
  } catch {
    // A name that can't be read yet: the check list says so.
    return undefined;
  }
}
