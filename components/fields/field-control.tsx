"use client";
import type { ReactNode } from "react";
import { FieldError, Field as FieldFrame } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Textarea } from "@/components/ui/textarea";
import { type Mapping, NamedMapping } from "@/lib/core/mapping";
import { secretName } from "@/lib/steps/secret-name";
import type { Field, Settings } from "@/lib/steps/types";
import { type ConditionGroup, ConditionGroups } from "./condition-groups";
import { textProblem, useFieldScope } from "./field-scope";
import { MappingControl } from "./mapping-control";
import { MergeInput } from "./merge-input";
import { MergePreview } from "./merge-preview";
import { NamedMappings } from "./named-mappings";
import { NumberInput } from "./number-input";
import { ScriptField } from "./script/script-field";
import { SecretField } from "./secret-field";

export type Setting = Settings[string];

/** Secrets of a step: which are stored, and how one is stored. */
export type StepSecrets = {
  isStored: (name: string) => boolean;
  store: (name: string, value: string | null) => Promise<unknown>;
};

export type FieldControlProps = {
  field: Field;
  settings: Settings;
  onChange: (key: string, value: Setting) => void;
  /** What is wrong with it, as a sentence. */
  problem?: string;
  secrets: StepSecrets;
};

/** The control of one declared field, with its label, its hint and what is wrong with it. */
export function FieldControl(props: FieldControlProps) {
  const { field, settings, onChange, problem, secrets } = props;
  const scope = useFieldScope();
  const value = settings[field.key];
  const text = typeof value === "string" ? value : "";
  const change = (next: unknown) => onChange(field.key, next as Setting);
  const labelled = (control: ReactNode, error = problem) => (
    <FieldFrame label={<FieldLabel field={field} />} hint={field.hint} error={error} required={field.required}>
      {control}
    </FieldFrame>
  );
  const grouped = (controls: ReactNode) => (
    <Grouped field={field} problem={problem}>
      {controls}
    </Grouped>
  );

  switch (field.kind) {
    case "text":
      return labelled(
        <Input
          value={text}
          readOnly={scope.readOnly}
          placeholder={field.placeholder}
          onChange={(event) => change(event.target.value)}
        />,
      );
    case "textarea":
      return labelled(
        <Textarea
          value={text}
          readOnly={scope.readOnly}
          placeholder={field.placeholder}
          rows={6}
          onChange={(event) => change(event.target.value)}
        />,
      );
    case "number":
      return labelled(
        <NumberInput
          value={typeof value === "number" ? value : null}
          optional={!field.required}
          min={field.min}
          max={field.max}
          readOnly={scope.readOnly}
          placeholder={field.placeholder}
          onChange={change}
        />,
      );
    case "select":
      return labelled(
        <Select
          value={text}
          disabled={scope.readOnly}
          options={field.options}
          onChange={(event) => change(event.target.value)}
        />,
      );
    case "switch":
      return (
        <div>
          <Switch
            label={field.label}
            hint={field.hint}
            checked={value === true}
            disabled={scope.readOnly}
            onCheckedChange={change}
          />
          <FieldError>{problem}</FieldError>
        </div>
      );
    case "merge-text":
    case "merge-textarea":
      return (
        <div className="flex flex-col gap-1">
          {labelled(
            <MergeInput
              value={text}
              onChange={change}
              multiline={field.kind === "merge-textarea"}
              mono={field.kind === "merge-textarea"}
              placeholder={field.placeholder}
            />,
            problem ?? textProblem(scope, text),
          )}
          <MergePreview text={text} />
        </div>
      );
    case "mapping":
      return grouped(
        <MappingControl
          label={field.label}
          needed={field.required}
          placeholder={field.placeholder}
          value={(value ?? { source: "ignore" }) as Mapping}
          onChange={change}
        />,
      );
    case "named-mappings":
      return grouped(
        <NamedMappings
          label={field.label}
          noun={nounOf(field)}
          value={NamedMapping.array().safeParse(value).data ?? []}
          onChange={change}
        />,
      );
    case "conditions":
      return grouped(
        <ConditionGroups
          join={settings.join === "or" ? "or" : "and"}
          groups={(Array.isArray(value) ? value : []) as unknown as ConditionGroup[]}
          onJoinChange={(join) => onChange("join", join)}
          onChange={change}
        />,
      );
    case "secret":
      return (
        <SecretField
          label={field.label}
          hint={field.hint}
          problem={problem}
          stored={secrets.isStored(secretName(field))}
          readOnly={scope.readOnly}
          onStore={(next) => secrets.store(secretName(field), next)}
        />
      );
    case "script":
      return (
        <ScriptField
          use={field.script}
          label={<FieldLabel field={field} />}
          hint={field.hint}
          value={text}
          settings={settings}
          problem={problem}
          onChange={change}
        />
      );
    case "sample-fields":
    case "own":
      // Drawn by the forms of their types.
      return null;
    default:
      return field.kind satisfies never;
  }
}

function FieldLabel({ field }: { field: Field }) {
  return (
    <>
      {field.label}
      {field.required && (
        <span aria-hidden title="Needed" className="ml-0.5 text-failed-fg">
          *
        </span>
      )}
    </>
  );
}

function Grouped({ field, problem, children }: { field: Field; problem?: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">
        <FieldLabel field={field} />
      </legend>
      {field.hint && <p className="-mt-1 text-sm text-muted">{field.hint}</p>}
      {children}
      <FieldError>{problem}</FieldError>
    </fieldset>
  );
}

/** "Headers" are added one "header" at a time. */
function nounOf({ label }: Field): string {
  const words = label.toLowerCase().split(" ");
  const last = words.at(-1) ?? "field";
  return last.endsWith("s") ? last.slice(0, -1) : last;
}
