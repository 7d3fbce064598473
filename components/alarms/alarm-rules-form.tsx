"use client";

import { useState } from "react";
import { NumberInput } from "@/components/fields/number-input";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field, FieldError } from "@/components/ui/field";
import { Switch } from "@/components/ui/switch";
import { AlarmRules } from "@/lib/core/alarm-rules";
import { ShareRule } from "./share-rule";

const FIRST_SILENCE = { hours: 24 };

export type AlarmRulesFormProps = {
  /** As they are stored. */
  rules: AlarmRules;
  readOnly: boolean;
  saving: boolean;
  onSave: (rules: AlarmRules) => void;
  /** Why they could not be saved. */
  error?: string;
};

/** When someone is told: each rule on or off with its limits. Nothing holds before it is saved. */
export function AlarmRulesForm({ rules: stored, readOnly, saving, onSave, error }: AlarmRulesFormProps) {
  const [edited, setEdited] = useState<AlarmRules>();
  const rules = edited ?? stored;
  const change = (changes: Partial<AlarmRules>) => setEdited({ ...rules, ...changes });
  const changed = JSON.stringify(rules) !== JSON.stringify(stored);
  const parsed = AlarmRules.safeParse(rules);
  return (
    <div className="flex flex-col gap-4">
      <fieldset aria-label="When no request comes" className="flex min-w-0 flex-col gap-2">
        <Switch
          label="When no request comes"
          hint="While the cycle runs, from its start on."
          checked={rules.silence !== null}
          disabled={readOnly}
          onCheckedChange={(checked) => change({ silence: checked ? FIRST_SILENCE : null })}
        />
        {rules.silence && (
          <Field label="For (hours)" className="w-32">
            <NumberInput
              min={1}
              max={720}
              value={rules.silence.hours}
              onChange={(hours) => hours !== null && change({ silence: { hours } })}
              readOnly={readOnly}
            />
          </Field>
        )}
      </fieldset>
      <ShareRule
        label="When requests are refused"
        hint="Wrong signatures, bodies that can't be read, limits: every answer that is an error."
        noun="requests"
        value={rules.refused}
        onChange={(refused) => change({ refused })}
        readOnly={readOnly}
      />
      <ShareRule
        label="When transactions fail"
        hint="Of the transactions that requests to this URL began."
        noun="requests"
        value={rules.failed}
        onChange={(failed) => change({ failed })}
        readOnly={readOnly}
      />
      {error && <Banner tone="error">{error}</Banner>}
      {!readOnly && changed && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            variant="primary"
            size="sm"
            loading={saving}
            aria-disabled={!parsed.success}
            onClick={() => parsed.success && onSave(parsed.data)}
          >
            Save rules
          </Button>
          <Button size="sm" onClick={() => setEdited(undefined)}>
            Discard
          </Button>
          {!parsed.success && (
            <FieldError>
              Hours are 1 to 720, a share 1 to 100 %, its time 5 to 1,440 minutes, all whole numbers.
            </FieldError>
          )}
        </div>
      )}
    </div>
  );
}
