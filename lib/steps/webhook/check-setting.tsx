"use client";
import type { Setting } from "@/components/fields/field-control";
import { NumberInput } from "@/components/fields/number-input";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { newCheck, WebhookCheck } from "@/lib/core/webhook-check";
import { checkWords } from "@/lib/core/webhook-senders";
import { type CheckOption, checkProblemsByPart, optionsOf } from "./check-options";

type Kind = WebhookCheck["kind"];

/** The check that settings hold, also while one of its values can't be used. */
export function shownCheck(value: unknown): WebhookCheck {
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  const known = typeof kind === "string" && Object.hasOwn(checkWords, kind) ? (kind as Kind) : "none";
  return (
    WebhookCheck.safeParse(value).data ??
    ({ ...newCheck(known), ...(known === "none" ? {} : (value as object)) } as WebhookCheck)
  );
}

const openTo = (ipFiltered: boolean) =>
  ipFiltered
    ? "Whoever knows the URL can send to it from the addresses above."
    : "Whoever knows the URL can send to it.";

const kinds = Object.entries(checkWords).map(([value, { label }]) => ({ value, label }));

export type CheckSettingProps = {
  check: WebhookCheck;
  /** A list of addresses says already who may send. */
  ipFiltered?: boolean;
  readOnly: boolean;
  onChange: (check: Setting) => void;
};

/** How requests are checked: the kind, and what there is to say about it. */
export function CheckSetting({ check, ipFiltered = false, readOnly, onChange }: CheckSettingProps) {
  const problems = checkProblemsByPart(check);
  const { handshake } = checkWords[check.kind];
  const change = (next: WebhookCheck) => onChange(next as Setting);
  return (
    <div className="flex flex-col gap-4">
      <Field label="Check" error={problems.kind} hint={check.kind === "none" ? openTo(ipFiltered) : handshake}>
        <Select
          value={check.kind}
          disabled={readOnly}
          options={kinds}
          onChange={(event) => change(newCheck(event.target.value as Kind))}
        />
      </Field>
      {optionsOf(check).map((option) => (
        <Field
          key={`${check.kind} ${option.part}`}
          label={option.label}
          hint={option.hint}
          error={problems[option.part]}
        >
          <OptionControl option={option} readOnly={readOnly} onChange={change} />
        </Field>
      ))}
    </div>
  );
}

type OptionControlProps = { option: CheckOption; readOnly: boolean; onChange: (check: WebhookCheck) => void };

function OptionControl({ option, readOnly, onChange }: OptionControlProps) {
  switch (option.kind) {
    case "text":
      return (
        <Input
          mono
          value={option.value}
          readOnly={readOnly}
          placeholder={option.placeholder}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(option.change(event.target.value))}
        />
      );
    case "number":
      return (
        <NumberInput
          value={option.value}
          min={1}
          max={86_400}
          readOnly={readOnly}
          onChange={(value) => value !== null && onChange(option.change(value))}
        />
      );
    case "select":
      return (
        <Select
          value={option.value}
          disabled={readOnly}
          options={option.choices}
          onChange={(event) => onChange(option.change(event.target.value))}
        />
      );
    default:
      return option satisfies never;
  }
}
