"use client";
import { FormSection } from "@/components/fields/form-section";
import { NumberInput } from "@/components/fields/number-input";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { StepData } from "@/lib/core/flow";
import { OnError, type OnErrorThen } from "@/lib/core/graph";
import { useBuilder } from "./builder-context";

export type OnErrorFormProps = {
  data: StepData;
  onChange: (changes: Partial<StepData>, label: string, group: string) => void;
  /** Left out for steps whose failures would come again: they have no tries and no timeout. */
  triesAgain?: boolean;
};

const thenOptions: { value: OnErrorThen; label: string }[] = [
  { value: "stop", label: "Stop the transaction" },
  { value: "continue", label: "Go on" },
  { value: "error-exit", label: "Leave by the Error exit" },
  { value: "stop-cycle", label: "Stop the cycle" },
];

/** How long an outside call may take, how often it is tried again, and what follows when it fails for good. */
export function OnErrorForm({ data, onChange, triesAgain = false }: OnErrorFormProps) {
  const { readOnly } = useBuilder();
  const onError = data.onError ?? OnError.parse({});
  const set = (changes: Partial<OnError>) =>
    onChange({ onError: { ...onError, ...changes } }, `Change On error of ${data.name}`, "onError");
  return (
    <FormSection title="On error">
      {triesAgain && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="Tries after the first">
            <NumberInput
              min={0}
              max={10}
              readOnly={readOnly}
              value={onError.retries}
              onChange={(retries) =>
                retries !== null && set({ retries: Math.min(10, Math.max(0, Math.round(retries))) })
              }
            />
          </Field>
          <Field label="Timeout of a try" hint="Seconds; blank is 30.">
            <NumberInput
              min={1}
              max={900}
              optional
              readOnly={readOnly}
              value={data.timeoutSeconds ?? null}
              onChange={(seconds) =>
                onChange(
                  { timeoutSeconds: seconds === null ? undefined : Math.min(900, Math.max(1, Math.round(seconds))) },
                  `Change the timeout of ${data.name}`,
                  "timeout",
                )
              }
            />
          </Field>
          {onError.retries > 0 && (
            <>
              <Field label="First wait" hint="Seconds">
                <NumberInput
                  min={0.1}
                  max={86_400}
                  readOnly={readOnly}
                  value={onError.firstWaitSeconds}
                  onChange={(seconds) =>
                    seconds !== null && seconds >= 0.1 && set({ firstWaitSeconds: Math.min(86_400, seconds) })
                  }
                />
              </Field>
              <Field label="Further waits">
                <Select
                  disabled={readOnly}
                  value={onError.wait}
                  onChange={(event) => set({ wait: event.target.value as OnError["wait"] })}
                  options={[
                    { value: "backoff", label: "Twice as long each" },
                    { value: "fixed", label: "As long as the first" },
                  ]}
                />
              </Field>
            </>
          )}
        </div>
      )}
      <Field label="Then">
        <Select
          disabled={readOnly}
          value={onError.then}
          // biome-ignore lint/suspicious/noThenProperty: the field's word on screen; the object is never awaited
          onChange={(event) => set({ then: event.target.value as OnErrorThen })}
          options={thenOptions}
        />
      </Field>
    </FormSection>
  );
}
