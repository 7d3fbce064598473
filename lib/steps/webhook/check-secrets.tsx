"use client";
import { useState } from "react";
import type { StepSetupProps } from "@/components/fields/field-form";
import { SecretField } from "@/components/fields/secret-field";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { useMakeSecretCurrent } from "@/lib/client/security";
import { checkSecretNames, type WebhookCheck } from "@/lib/core/webhook-check";
import { checkWords } from "@/lib/core/webhook-senders";

export type CheckSecretsProps = Pick<StepSetupProps, "cycleId" | "stepId" | "secrets" | "problemOf"> & {
  check: WebhookCheck;
  readOnly: boolean;
};

/** The secret of a check, and the second one while the sender's is changed: both are valid then. */
export function CheckSecrets({ cycleId, stepId, secrets, problemOf, check, readOnly }: CheckSecretsProps) {
  const [adding, setAdding] = useState(false);
  const makeCurrent = useMakeSecretCurrent({ cycleId, stepId });
  const { secretLabel, secretHint } = checkWords[check.kind];
  const { current, next } = checkSecretNames;
  const hasNext = secrets.isStored(next);
  if (check.kind === "none") return null;

  return (
    <div className="flex flex-col gap-3">
      <div data-field="check-secret" className="scroll-mt-4">
        <SecretField
          label={secretLabel}
          hint={`${secretHint} It counts from the next request on, without a publish.`}
          problem={problemOf("check-secret")}
          stored={secrets.isStored(current)}
          readOnly={readOnly}
          removal={
            hasNext
              ? "From the next request on only the second one is valid."
              : "From the next request on every one is refused, until another is stored."
          }
          onStore={(value) => secrets.store(current, value)}
        />
      </div>
      {(hasNext || adding) && (
        <div data-field="check-next-secret" className="flex scroll-mt-4 flex-col gap-2">
          <SecretField
            label={`Second ${secretLabel.charAt(0).toLowerCase()}${secretLabel.slice(1)}`}
            hint="Both are valid, so that no request is refused while the sender's is changed."
            stored={hasNext}
            readOnly={readOnly}
            removal="From the next request on those that are made with it are refused."
            onStore={async (value) => {
              await secrets.store(next, value);
              setAdding(false);
            }}
          />
          {hasNext && !readOnly && (
            <Button
              size="sm"
              className="self-start"
              loading={makeCurrent.isPending}
              onClick={() => makeCurrent.mutate()}
            >
              Make the second one the only one
            </Button>
          )}
          <FieldError>{makeCurrent.error?.message}</FieldError>
        </div>
      )}
      {!hasNext && !readOnly && secrets.isStored(current) && (
        <Button size="sm" variant="ghost" className="-ml-2 self-start" onClick={() => setAdding(!adding)}>
          {adding ? "Add no second one" : "Add a second one, to change it without a gap"}
        </Button>
      )}
    </div>
  );
}
