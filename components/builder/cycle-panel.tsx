"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormSection } from "@/components/fields/form-section";
import { NumberInput } from "@/components/fields/number-input";
import { Field } from "@/components/ui/field";
import { useAccount } from "@/lib/client/account";
import { useRenameCycle } from "@/lib/client/cycle-list";
import { cycleQuery } from "@/lib/client/cycles";
import { useBuilder } from "./builder-context";
import { VariablesEditor } from "./variables-editor";

/** What belongs to the whole cycle: how many transactions run side by side, and its variables. */
export function CyclePanel() {
  const { cycleId, canEdit } = useBuilder();
  const { data: cycle } = useQuery(cycleQuery(useAccount(), cycleId));
  const change = useRenameCycle();
  const [limit, setLimit] = useState<number | null>(null);
  if (!cycle) return null;
  const keep = () => {
    if (limit === null || limit === cycle.parallelLimit) return;
    const parallelLimit = Math.min(1_000, Math.max(1, Math.round(limit)));
    change.mutate({ id: cycleId, parallelLimit }, { onSettled: () => setLimit(null) });
  };
  return (
    <div className="flex flex-col gap-4">
      <FormSection title="Running">
        <Field
          label="Parallel transactions"
          hint="How many run at the same time. 1 runs them strictly one after another, in the order in which they were accepted."
          error={change.error?.message}
        >
          <NumberInput
            min={1}
            max={1_000}
            readOnly={!canEdit}
            value={limit ?? cycle.parallelLimit}
            onChange={setLimit}
            onBlur={keep}
          />
        </Field>
      </FormSection>
      <VariablesEditor />
    </div>
  );
}
