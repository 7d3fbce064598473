"use client";
import type { StepSetupProps } from "@/components/fields/field-form";
import { useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { AllowedIps } from "./allowed-ips";
import { CheckSecrets } from "./check-secrets";
import { CheckSetting, shownCheck } from "./check-setting";
import { ExplainRequest } from "./explain-request";

/** Who may send: the addresses of a filtered webhook, the check with its secrets, and why a request was refused. */
export function SecuritySection(props: StepSetupProps) {
  const { cycleId, stepId, definition, settings, onChange, webhookUrl, flush } = props;
  const { readOnly } = useFieldScope();
  const check = shownCheck(settings.check);
  return (
    <FormSection title="Security">
      {definition.ipFiltered && webhookUrl && <AllowedIps cycleId={cycleId} stepId={stepId} readOnly={readOnly} />}
      <div data-field="check" className="scroll-mt-4">
        <CheckSetting
          check={check}
          ipFiltered={definition.ipFiltered}
          readOnly={readOnly}
          onChange={(next) => onChange("check", next)}
        />
      </div>
      <CheckSecrets {...props} check={check} readOnly={readOnly} />
      {check.kind !== "none" && webhookUrl && !readOnly && (
        <ExplainRequest cycleId={cycleId} stepId={stepId} flush={flush} />
      )}
    </FormSection>
  );
}
