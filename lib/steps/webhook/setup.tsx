"use client";
import { useQuery } from "@tanstack/react-query";
import { FieldForm, type StepSetupProps } from "@/components/fields/field-form";
import { useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Skeleton } from "@/components/ui/skeleton";
import { useAccount } from "@/lib/client/account";
import { samplesQuery } from "@/lib/client/samples";
import type { Json } from "@/lib/core/json";
import { readPath } from "@/lib/core/path";
import { curlFor } from "./curl";
import { WebhookField } from "./definition";
import { FieldList } from "./field-list";
import { fieldsFromSample } from "./fields-from-sample";
import { ListenBox } from "./listen-box";
import { SampleBox } from "./sample-box";

/** The URL, the fields that requests to it have, and ways to learn them: a pasted sample, or the next real request. */
export function WebhookSetup(props: StepSetupProps) {
  const { cycleId, stepId, settings, onChange, webhookUrl, flush } = props;
  const { readOnly } = useFieldScope();
  const { data: samples } = useQuery(samplesQuery(useAccount(), cycleId, undefined));
  const sample = samples?.entries.find((entry) => entry.stepId === stepId);
  const fields = WebhookField.array().safeParse(settings.fields).data ?? [];
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

      <FormSection title="Answer">
        <FieldForm {...props} only={["syncTimeoutSeconds"]} />
      </FormSection>
    </div>
  );
}
