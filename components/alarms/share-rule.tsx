"use client";

import { NumberInput } from "@/components/fields/number-input";
import { Field } from "@/components/ui/field";
import { Switch } from "@/components/ui/switch";
import { ShareLimit } from "@/lib/core/alarm-rules";

const FIRST: ShareLimit = ShareLimit.parse({ percent: 50 });

export type ShareRuleProps = {
  label: string;
  hint: string;
  /** What the share is of: "requests", "transactions". */
  noun: string;
  value: ShareLimit | null;
  onChange: (value: ShareLimit | null) => void;
  readOnly: boolean;
};

/** A rule about a share of what came: on or off, the share, the least number, the time. */
export function ShareRule({ label, hint, noun, value, onChange, readOnly }: ShareRuleProps) {
  const number = (key: keyof ShareLimit) => (entered: number | null) => {
    if (value && entered !== null) onChange({ ...value, [key]: entered });
  };
  return (
    <fieldset aria-label={label} className="flex min-w-0 flex-col gap-2">
      <Switch
        label={label}
        hint={hint}
        checked={value !== null}
        disabled={readOnly}
        onCheckedChange={(checked) => onChange(checked ? FIRST : null)}
      />
      {value && (
        <div className="grid grid-cols-3 items-end gap-2">
          <Field label="Share (%)">
            <NumberInput min={1} max={100} value={value.percent} onChange={number("percent")} readOnly={readOnly} />
          </Field>
          <Field label={`Of at least (${noun})`}>
            <NumberInput min={1} value={value.atLeast} onChange={number("atLeast")} readOnly={readOnly} />
          </Field>
          <Field label="Within (minutes)">
            <NumberInput
              min={5}
              max={1_440}
              value={value.withinMinutes}
              onChange={number("withinMinutes")}
              readOnly={readOnly}
            />
          </Field>
        </div>
      )}
    </fieldset>
  );
}
