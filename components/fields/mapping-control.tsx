"use client";
import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { cx } from "@/components/ui/cx";
import { FieldError } from "@/components/ui/field";
import { controlClass } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { Mapping, MappingSource, ScriptMapping } from "@/lib/core/mapping";
import { toDisplayText } from "@/lib/core/merge-display";
import { formatMergeText, listMergeFields, VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import { useExpressionValues } from "./expression-values";
import { type FieldScope, mappingProblem, previewOf, useFieldScope } from "./field-scope";
import { MergeInput, PickerContent } from "./merge-input";
import { PathPicker } from "./path-picker";
import { ScriptField } from "./script/script-field";
import { codePath } from "./script/script-names";
import { StepIcon } from "./step-icons";
import { ValuePreview } from "./value-preview";

const sourceOptions: { value: MappingSource; label: string }[] = [
  { value: "value", label: "Text" },
  { value: "step-field", label: "Field" },
  { value: "variable", label: "Variable" },
  { value: "script", label: "Script expression" },
  { value: "ignore", label: "Ignore" },
];

const EXPRESSION = { form: "expression" } as const;

export type MappingControlProps = {
  value: Mapping;
  onChange: (value: Mapping) => void;
  /** What is mapped: "email". The names of the controls begin with it. */
  label: string;
  /** Leaves *Ignore* out, where a value is needed. */
  needed?: boolean;
  placeholder?: string;
  /** False where the value of the sample is shown elsewhere. */
  preview?: boolean;
};

/** Where a value comes from and which one it is: a typed text, a field of an earlier step, a variable, an expression, or nothing. */
export function MappingControl({
  value,
  onChange,
  label,
  needed = false,
  placeholder,
  preview = true,
}: MappingControlProps) {
  const scope = useFieldScope();
  const [picking, setPicking] = useState(false);
  const problem = mappingProblem(scope, value);

  const changeSource = (source: MappingSource) => {
    onChange(converted(value, source));
    if (source === "step-field") setPicking(true);
  };

  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 items-start gap-1.5">
        <Select
          size="sm"
          aria-label={`${label}: comes from`}
          value={value.source}
          disabled={scope.readOnly}
          onChange={(event) => changeSource(event.target.value as MappingSource)}
          options={needed ? sourceOptions.filter((option) => option.value !== "ignore") : sourceOptions}
          className={cx(value.source === "script" ? "w-48! sm:w-42!" : "w-25!", "shrink-0")}
        />
        {value.source === "value" && (
          <MergeInput
            size="sm"
            label={label}
            value={value.text}
            placeholder={placeholder}
            onChange={(text) => onChange({ source: "value", text })}
          />
        )}
        {value.source === "step-field" && (
          <FieldButton
            value={value}
            label={label}
            broken={Boolean(problem)}
            open={picking}
            onOpenChange={setPicking}
            onChange={onChange}
          />
        )}
        {value.source === "variable" && (
          <Select
            size="sm"
            aria-label={label}
            value={value.name}
            disabled={scope.readOnly}
            placeholder={scope.variables.length === 0 ? "No variables yet" : "Choose a variable"}
            onChange={(event) => onChange({ source: "variable", name: event.target.value })}
            options={scope.variables.map(({ name }) => ({ value: name, label: name }))}
          />
        )}
        {value.source === "ignore" && <span className="flex h-7 items-center text-sm text-muted">left out</span>}
      </div>
      {value.source === "script" && (
        <ScriptField
          use={EXPRESSION}
          label={`${label}: expression`}
          placeholder={exampleFor(scope)}
          value={value.code}
          onChange={(code) => onChange({ source: "script", code })}
        />
      )}
      {problem ? (
        <FieldError>{problem}</FieldError>
      ) : (
        (preview || value.source === "script") && (
          <MappingPreview value={value} only={preview ? undefined : "failure"} />
        )
      )}
    </div>
  );
}

export type MappingPreviewProps = {
  value: Mapping;
  /** Shows a value and that there is none, or why there is none; both when left out. */
  only?: "value" | "failure";
};

/** What a mapping comes to in the sample; nothing for one that is left out, broken, or says its value itself. */
export function MappingPreview({ value, only }: MappingPreviewProps) {
  const scope = useFieldScope();
  if (value.source === "script") return <ExpressionPreview value={value} only={only} />;
  const plain = value.source === "ignore" || (value.source === "value" && !value.text.includes("{{"));
  if (plain || mappingProblem(scope, value)) return null;
  return <ValuePreview value={previewOf(scope, value)} />;
}

/** What an expression comes to in the sample. A mistake in its code is told below the code. */
function ExpressionPreview({ value, only }: Omit<MappingPreviewProps, "value"> & { value: ScriptMapping }) {
  const found = useExpressionValues([value])(value);
  if (!found || found.error?.kind === "syntax") return null;
  if (!found.error) return only === "failure" ? null : <ValuePreview value={found.value} />;
  const said = only === "value" ? "fails in this sample" : `In this sample it fails: ${found.error.message}`;
  return <span className="block text-xs break-words text-waiting-fg">{said}</span>;
}

/** An expression to begin with, of the nearest earlier step. */
const exampleFor = ({ sources }: FieldScope): string =>
  `${codePath(["steps", sources[0]?.stepId ?? "order", "body"])}.total * 1.25`;

/** The same value from another source, as far as it can be said there. */
function converted(mapping: Mapping, source: MappingSource): Mapping {
  if (source === mapping.source) return mapping;
  if (source === "ignore") return { source };
  const field = fieldOf(mapping);
  if (source === "value") return { source, text: field ? formatMergeText([field]) : "" };
  if (source === "script") return { source, code: codeOf(mapping, field) };
  if (source === "variable") return { source, name: field?.stepId === VARIABLE_STEP_ID ? String(field.path[0]) : "" };
  return field && field.stepId !== VARIABLE_STEP_ID
    ? { source, stepId: field.stepId, path: field.path }
    : { source, stepId: "", path: [] };
}

/** An expression with the value of the mapping: its one field, or its text as it is. */
function codeOf(mapping: Mapping, field: ReturnType<typeof fieldOf>): string {
  if (field?.stepId === VARIABLE_STEP_ID)
    return field.path[0] === "" ? "" : codePath(["cycle_variables", ...field.path]);
  if (field) return codePath(["steps", field.stepId, ...field.path]);
  const plain = mapping.source === "value" && mapping.text !== "" && !mapping.text.includes("{{");
  return plain ? JSON.stringify(mapping.text) : "";
}

/** The one field that a mapping is, if it is one. */
function fieldOf(mapping: Mapping) {
  if (mapping.source === "step-field") return mapping.stepId === "" ? undefined : mapping;
  if (mapping.source === "variable") return { stepId: VARIABLE_STEP_ID, path: [mapping.name] };
  if (mapping.source !== "value") return undefined;
  const fields = listMergeFields(mapping.text);
  return fields.length === 1 && formatMergeText(fields) === mapping.text.trim() ? fields[0] : undefined;
}

type FieldButtonProps = {
  value: Extract<Mapping, { source: "step-field" }>;
  label: string;
  broken: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChange: (value: Mapping) => void;
};

/** The chosen field; opens the picker. */
function FieldButton({ value, label, broken, open, onOpenChange, onChange }: FieldButtonProps) {
  const { names, readOnly, sources } = useFieldScope();
  const chosen = value.stepId !== "";
  const text = chosen
    ? toDisplayText(formatMergeText([{ stepId: value.stepId, path: value.path }]), names.byId, names.bodyFirst).slice(
        2,
        -2,
      )
    : "Choose a field";
  const type = sources.find((source) => source.stepId === value.stepId)?.type;
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger
        disabled={readOnly}
        aria-label={`${label}: ${chosen ? text : "choose a field"}`}
        title={chosen ? text : undefined}
        className={cx(
          controlClass,
          "flex h-7 items-center gap-1.5 px-1.5 text-left sm:text-sm",
          broken && chosen && "border-failed-line text-failed-fg",
          !chosen && "text-muted",
        )}
      >
        {type && <StepIcon type={type} size="sm" />}
        <span className="min-w-0 flex-1 truncate">{text}</span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </Popover.Trigger>
      <PickerContent label={`${label}: fields of earlier steps`}>
        <PathPicker
          current={chosen ? { stepId: value.stepId, path: value.path } : undefined}
          onPick={(stepId, path) => {
            onChange({ source: "step-field", stepId, path });
            onOpenChange(false);
          }}
        />
      </PickerContent>
    </Popover.Root>
  );
}
