"use client";
import type { Settings, StepDefinition } from "@/lib/steps/types";
import { FieldControl, type Setting, type StepSecrets } from "./field-control";

/** What every form of Step Setup is given. */
export type StepSetupProps = {
  cycleId: string;
  stepId: string;
  definition: StepDefinition;
  settings: Settings;
  onChange: (key: string, value: Setting) => void;
  /** What is wrong with a field, as a sentence. */
  problemOf: (key: string) => string | undefined;
  secrets: StepSecrets;
  /** The URL of a step that receives requests; undefined until its first save. */
  webhookUrl?: string;
  /** Sends unsaved changes to the server; true when all is saved. */
  flush: () => Promise<boolean>;
};

export type FieldFormProps = StepSetupProps & {
  /** Only these fields, in this order. */
  only?: readonly string[];
};

/** The form of a step as its definition declares it. */
export function FieldForm({ definition, settings, onChange, problemOf, secrets, only }: FieldFormProps) {
  const fields = only
    ? only.flatMap((key) => definition.fields.find((field) => field.key === key) ?? [])
    : definition.fields;
  return (
    <div className="flex flex-col gap-4">
      {fields
        .filter((field) => field.when?.(settings) ?? true)
        .map((field) => (
          <div key={field.key} data-field={field.key} className="min-w-0 scroll-mt-4">
            <FieldControl
              field={field}
              settings={settings}
              onChange={onChange}
              problem={problemOf(field.key)}
              secrets={secrets}
            />
          </div>
        ))}
    </div>
  );
}
