"use client";
import { Plus, X } from "lucide-react";
import { useRef } from "react";
import { FormSection } from "@/components/fields/form-section";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import type { Variable } from "@/lib/core/graph";
import { useBuilder } from "./builder-context";
import { uniqueName } from "./step-names";
import { useStored } from "./store";

const MOST = 200;

/** The cycle's variables: constants that any mapping may use. */
export function VariablesEditor() {
  const { shown, commands, readOnly } = useBuilder();
  const variables = useStored(shown.store, (state) => state.variables);
  const list = useRef<HTMLUListElement>(null);
  const change = (label: string, next: Variable[], group?: string) =>
    commands.edit(label, (content) => ({ ...content, variables: next }), group);
  const add = () => {
    const name = uniqueName(
      "variable",
      variables.map((variable) => variable.name),
    ).replace(" ", "_");
    change("Add a variable", [...variables, { name, value: "" }]);
    requestAnimationFrame(() => {
      const inputs = list.current?.querySelectorAll<HTMLInputElement>("[data-name]");
      inputs?.[inputs.length - 1]?.select();
    });
  };
  return (
    <FormSection title="Variables">
      <p className="text-sm text-muted">
        Constants that every mapping can use, published with the version. Secrets don't belong here: everyone who may
        see the cycle can read them.
      </p>
      {variables.length > 0 && (
        <ul ref={list} aria-label="Variables" className="flex flex-col gap-2">
          {variables.map((variable, index) => (
            <VariableRow
              // biome-ignore lint/suspicious/noArrayIndexKey: the name changes while it is typed
              key={index}
              variable={variable}
              taken={variables.some((other, place) => place !== index && other.name === variable.name)}
              readOnly={readOnly}
              onChange={(next) =>
                change(
                  next ? `Change ${variable.name}` : `Remove ${variable.name}`,
                  variables.toSpliced(index, 1, ...(next ? [next] : [])),
                  next ? `variable:${index}` : undefined,
                )
              }
            />
          ))}
        </ul>
      )}
      {!readOnly && variables.length < MOST && (
        <Button size="sm" icon={Plus} className="self-start" onClick={add}>
          Add variable
        </Button>
      )}
      {readOnly && variables.length === 0 && <p className="text-sm text-muted">None</p>}
    </FormSection>
  );
}

type VariableRowProps = {
  variable: Variable;
  taken: boolean;
  readOnly: boolean;
  onChange: (variable: Variable | null) => void;
};

function VariableRow({ variable, taken, readOnly, onChange }: VariableRowProps) {
  const problem = taken ? "Another variable has this name." : undefined;
  return (
    <li className="flex flex-col gap-1">
      <div className="flex items-center gap-1.5">
        <Input
          data-name
          mono
          aria-label="Name of the variable"
          value={variable.name}
          readOnly={readOnly}
          spellCheck={false}
          aria-invalid={Boolean(problem)}
          onChange={(event) => {
            const name = event.target.value.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
            if (name !== "") onChange({ ...variable, name: name.slice(0, 100) });
          }}
          className="h-7! w-2/5! px-2!"
        />
        <Input
          aria-label={`Value of ${variable.name}`}
          placeholder="value"
          value={variable.value}
          readOnly={readOnly}
          maxLength={10_000}
          onChange={(event) => onChange({ ...variable, value: event.target.value })}
          className="h-7! px-2!"
        />
        {!readOnly && (
          <IconButton icon={X} size="sm" label={`Remove ${variable.name}`} onClick={() => onChange(null)} />
        )}
      </div>
      <FieldError>{problem}</FieldError>
    </li>
  );
}
