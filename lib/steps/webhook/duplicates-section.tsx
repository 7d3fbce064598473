"use client";
import { useId, useState } from "react";
import { NumberInput } from "@/components/fields/number-input";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Duplicates, hasPresetId, MAX_WINDOW_SECONDS, newCheck, WebhookCheck } from "@/lib/core/webhook-check";
import { checkWords } from "@/lib/core/webhook-senders";
import { splitWindow, type WindowUnit, windowUnits } from "./duplicates-window";

export type DuplicatesSectionProps = {
  value: unknown;
  check: unknown;
  /** Fields of the body that are known, as paths below it. */
  bodyFields: readonly string[];
  problem?: string;
  readOnly: boolean;
  onChange: (duplicates: Duplicates) => void;
};

const keyWords = { header: "A header", body: "A field of the body", query: "A query parameter" } as const;

/** Which requests count as the same one, and for how long. */
export function DuplicatesSection({ value, check, bodyFields, problem, readOnly, onChange }: DuplicatesSectionProps) {
  const duplicates = Duplicates.safeParse(value).data ?? { kind: "off" as const };
  const sender = WebhookCheck.safeParse(check).data ?? newCheck("none");
  const { label, id } = checkWords[sender.kind];
  const options = [
    { value: "off", label: "Not looked for" },
    ...(hasPresetId(sender) || duplicates.kind === "preset"
      ? [{ value: "preset", label: id ? `The sender's id (${label})` : "The sender's id" }]
      : []),
    ...Object.entries(keyWords).map(([kind, words]) => ({ value: kind, label: words })),
  ];
  const windowSeconds = "windowSeconds" in duplicates ? duplicates.windowSeconds : undefined;
  // What is wrong is always the key; a sender's id has no field of its own.
  const hasField = duplicates.kind !== "off" && duplicates.kind !== "preset";
  const key = duplicates.kind === "preset" && id ? `Their key is ${id}. ` : "";

  return (
    <div className="flex flex-col gap-3">
      <Field
        label="Told by"
        error={hasField ? undefined : problem}
        hint={`${key}Of requests with the same key one begins a transaction. The others get its answer and are listed under it.`}
      >
        <Select
          value={duplicates.kind}
          disabled={readOnly}
          options={options}
          onChange={(event) => onChange(Duplicates.parse({ kind: event.target.value, windowSeconds }))}
        />
      </Field>
      <KeyField
        duplicates={duplicates}
        bodyFields={bodyFields}
        problem={problem}
        readOnly={readOnly}
        onChange={onChange}
      />
      {duplicates.kind !== "off" && (
        <WindowField
          key={duplicates.kind}
          seconds={duplicates.windowSeconds}
          readOnly={readOnly}
          onChange={(seconds) => onChange({ ...duplicates, windowSeconds: seconds })}
        />
      )}
    </div>
  );
}

type KeyFieldProps = Pick<DuplicatesSectionProps, "bodyFields" | "problem" | "readOnly" | "onChange"> & {
  duplicates: Duplicates;
};

function KeyField({ duplicates, bodyFields, problem, readOnly, onChange }: KeyFieldProps) {
  const listId = useId();
  switch (duplicates.kind) {
    case "header":
      return (
        <Field label="Header" error={problem}>
          <Input
            mono
            spellCheck={false}
            value={duplicates.header}
            readOnly={readOnly}
            placeholder="X-Delivery-Id"
            onChange={(event) => onChange({ ...duplicates, header: event.target.value })}
          />
        </Field>
      );
    case "query":
      return (
        <Field label="Query parameter" error={problem}>
          <Input
            mono
            spellCheck={false}
            value={duplicates.parameter}
            readOnly={readOnly}
            placeholder="id"
            onChange={(event) => onChange({ ...duplicates, parameter: event.target.value })}
          />
        </Field>
      );
    case "body":
      return (
        <Field label="Field of the body" error={problem}>
          <Input
            mono
            spellCheck={false}
            value={duplicates.path}
            readOnly={readOnly}
            list={listId}
            placeholder="order.id"
            onChange={(event) => onChange({ ...duplicates, path: event.target.value })}
          />
          <datalist id={listId}>
            {bodyFields.map((path) => (
              <option key={path} value={path} />
            ))}
          </datalist>
        </Field>
      );
    case "off":
    case "preset":
      return null;
    default:
      return duplicates satisfies never;
  }
}

type WindowFieldProps = { seconds: number; readOnly: boolean; onChange: (seconds: number) => void };

function WindowField({ seconds, readOnly, onChange }: WindowFieldProps) {
  // The unit stays what was chosen: while 24 is typed, hours must not become days.
  const [unit, setUnit] = useState(() => splitWindow(seconds).unit);
  const amount = seconds / windowUnits[unit];
  const change = (nextAmount: number, nextUnit: WindowUnit) => {
    setUnit(nextUnit);
    onChange(Math.min(Math.max(Math.round(nextAmount * windowUnits[nextUnit]), 1), MAX_WINDOW_SECONDS));
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">Within</legend>
      <div className="flex gap-2">
        <NumberInput
          aria-label="How long"
          value={amount}
          min={1}
          readOnly={readOnly}
          onChange={(next) => next !== null && change(next, unit)}
        />
        <Select
          aria-label="Unit"
          className="w-32! shrink-0"
          value={unit}
          disabled={readOnly}
          options={Object.keys(windowUnits).map((name) => ({ value: name, label: name }))}
          onChange={(event) => change(amount, event.target.value as WindowUnit)}
        />
      </div>
      <p className="text-sm text-muted">Counted from the first one, 31 days at most. After that it counts as new.</p>
    </fieldset>
  );
}
