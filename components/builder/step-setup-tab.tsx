"use client";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Setting } from "@/components/fields/field-control";
import { FieldForm, type StepSetupProps } from "@/components/fields/field-form";
import { FormSection } from "@/components/fields/form-section";
import { Banner } from "@/components/ui/banner";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { useAccount } from "@/lib/client/account";
import { cycleQuery, useSetSecret } from "@/lib/client/cycles";
import type { StepData } from "@/lib/core/flow";
import { definitionOf } from "@/lib/steps/definitions";
import { setupOf } from "@/lib/steps/setups";
import type { Settings } from "@/lib/steps/types";
import { useBuilder } from "./builder-context";
import { updateStep } from "./edits";
import { OnErrorForm } from "./on-error-form";
import { StepConnections } from "./step-connections";
import { useStored } from "./store";

/** The settings of a step: its own form, its note, what happens on errors, where its exits lead. */
export function StepSetupTab({ stepId, data }: { stepId: string; data: StepData }) {
  const { cycleId, commands, problems, saver, readOnly, view } = useBuilder();
  const definition = definitionOf(data.type);
  const found = useStored(problems, (all) => all.byStep.get(stepId));
  const { data: cycle } = useQuery(cycleQuery(useAccount(), cycleId));
  const setSecret = useSetSecret(cycleId);
  const settings = useMemo(() => {
    const parsed = definition?.settings.safeParse(data.settings);
    return (parsed?.success ? parsed.data : data.settings) as Settings;
  }, [definition, data.settings]);

  const change = useCallback(
    (changes: Partial<StepData>, label: string, group: string) =>
      commands.edit(label, (content) => updateStep(content, stepId, changes), `${stepId}:${group}`),
    [commands, stepId],
  );
  const onChange = useCallback(
    (key: string, value: Setting) => {
      const label = definition?.fields.find((field) => field.key === key)?.label ?? key;
      commands.edit(
        `Change ${label} of ${data.name}`,
        (content) => {
          const current = content.nodes.find((node) => node.id === stepId)?.data.settings ?? {};
          return updateStep(content, stepId, { settings: { ...current, [key]: value } });
        },
        `${stepId}:${key}`,
      );
    },
    [commands, stepId, definition, data.name],
  );

  if (!definition) {
    return (
      <Banner tone="error" title={`This installation has no step type “${data.type}”`}>
        Delete the step, or update Spoke.
      </Banner>
    );
  }
  const fieldKeys = new Set(definition.fields.map((field) => field.key));
  const general = found?.filter(({ field }) => field === null || !fieldKeys.has(field)) ?? [];
  const Setup = setupOf(data.type) ?? FieldForm;
  const props: StepSetupProps = {
    cycleId,
    stepId,
    definition,
    settings,
    onChange,
    problemOf: (key) => found?.find(({ field }) => field === key)?.message,
    secrets: {
      isStored: (name) => cycle?.secrets.includes(`${stepId}/${name}`) ?? false,
      store: async (name, value) => {
        // The server keeps secrets only for steps that it knows.
        await saver.flush();
        await setSecret.mutateAsync({ stepId, name, value });
      },
    },
    webhookUrl: cycle?.webhooks.find((webhook) => webhook.stepId === stepId)?.url,
    flush: saver.flush,
  };

  return (
    <div data-setup className="flex flex-col gap-4">
      {general.length > 0 && view.kind === "draft" && (
        <Banner tone="warn">
          {general.map(({ message }) => (
            <p key={message}>{message}</p>
          ))}
        </Banner>
      )}
      <Setup {...props} />
      {(definition.calls || definition.fallible) && (
        <OnErrorForm data={data} onChange={change} triesAgain={definition.calls} />
      )}
      {!definition.annotation && (
        <>
          <StepConnections stepId={stepId} />
          <FormSection title="Note">
            <Field label="Note for people who build this cycle" optional>
              <Textarea
                rows={2}
                value={data.note ?? ""}
                maxLength={2_000}
                readOnly={readOnly}
                onChange={(event) => change({ note: event.target.value }, `Change the note of ${data.name}`, "note")}
              />
            </Field>
          </FormSection>
        </>
      )}
    </div>
  );
}
