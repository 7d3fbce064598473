"use client";
import { useQuery } from "@tanstack/react-query";
import { AlarmSection } from "@/components/alarms/alarm-section";
import { FieldForm, type StepSetupProps } from "@/components/fields/field-form";
import { useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Skeleton } from "@/components/ui/skeleton";
import { useAccount } from "@/lib/client/account";
import { useMayChange } from "@/lib/client/me";
import { samplesQuery } from "@/lib/client/samples";
import type { Json } from "@/lib/core/json";
import { readPath } from "@/lib/core/path";
import { curlFor } from "./curl";
import { WebhookField } from "./definition";
import { DuplicatesSection } from "./duplicates-section";
import { FieldList } from "./field-list";
import { fieldsFromSample } from "./fields-from-sample";
import { LimitsSection } from "./limits-section";
import { ListenBox } from "./listen-box";
import { MappingSection } from "./mapping-section";
import { SampleBox } from "./sample-box";
import { SecuritySection } from "./security-section";

/** The URL, the fields that requests to it have, and ways to learn them: a pasted sample, or the next real request. */
export function WebhookSetup(props: StepSetupProps) {
  const { cycleId, stepId, settings, onChange, webhookUrl, flush } = props;
  const { readOnly, sources } = useFieldScope();
  const mayChange = useMayChange();
  const { data: samples } = useQuery(samplesQuery(useAccount(), cycleId, undefined));
  const sample = samples?.entries.find((entry) => entry.stepId === stepId);
  const learnt = WebhookField.array().safeParse(settings.fields).data ?? [];
  const seen = sample && sample.source !== "schema" ? fieldsFromSample(sample.data as Json) : [];
  const fields = learnt.length > 0 ? learnt : seen;
  const learn = (data: Json) => onChange("fields", fieldsFromSample(data));

  return (
    <div className="flex flex-col gap-4">
      <FormSection title="Webhook URL">
        {webhookUrl ? (
          <div className="flex items-center gap-1 rounded-md border bg-subtle py-1 pr-1 pl-2.5">
            <code className="min-w-0 flex-1 font-mono text-sm break-all">{webhookUrl}</code>
            <CopyButton value={webhookUrl} what="webhook URL" label="Copy" />
          </div>
        ) : (
          <p className="flex flex-col gap-1.5 text-sm text-muted">
            <Skeleton className="h-8 w-full" />
            The URL is made when this step is saved for the first time.
          </p>
        )}
        <p className="text-sm text-muted">
          Send POST requests here. JSON, XML, forms, CSV and text are read by their content type.
        </p>
        {webhookUrl && (
          <CodeBlock
            label="Try it"
            wrap
            code={curlFor(webhookUrl, readPath(sample?.data as Json | undefined, ["body"]))}
          />
        )}
      </FormSection>

      <div data-field="fields" className="scroll-mt-4">
        <FormSection title="Fields">
          <FieldList fields={fields} />
          {!readOnly && (
            <>
              <ListenBox cycleId={cycleId} stepId={stepId} flush={flush} onHeard={learn} />
              <SampleBox cycleId={cycleId} stepId={stepId} flush={flush} sample={sample} onPasted={learn} />
            </>
          )}
        </FormSection>
      </div>

      {sources.length > 0 && <MappingSection {...props} known={fields} />}

      <SecuritySection {...props} />

      <FormSection title="Duplicates">
        <div data-field="duplicates" className="scroll-mt-4">
          <DuplicatesSection
            value={settings.duplicates}
            check={settings.check}
            bodyFields={fields.flatMap(({ path, kind }) =>
              path.startsWith("body.") && kind !== "object" && kind !== "list" ? path.slice("body.".length) : [],
            )}
            problem={props.problemOf("duplicates")}
            readOnly={readOnly}
            onChange={(duplicates) => onChange("duplicates", duplicates)}
          />
        </div>
      </FormSection>

      {sources.length === 0 && (
        <FormSection title="Answer">
          <FieldForm {...props} only={["syncTimeoutSeconds"]} />
        </FormSection>
      )}

      <FormSection title="Script">
        <FieldForm {...props} only={["script"]} />
      </FormSection>

      {webhookUrl && <LimitsSection cycleId={cycleId} stepId={stepId} begins={sources.length === 0} />}

      {webhookUrl && <AlarmSection cycleId={cycleId} stepId={stepId} readOnly={readOnly || !mayChange} />}
    </div>
  );
}
