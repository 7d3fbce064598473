"use client";
import { useMemo } from "react";
import { useExpressionValues } from "@/components/fields/expression-values";
import { FieldForm, type StepSetupProps } from "@/components/fields/field-form";
import { readerOf, useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { Banner } from "@/components/ui/banner";
import { CodeBlock } from "@/components/ui/code-block";
import { StepError } from "@/lib/core/errors";
import { safeJsonParse } from "@/lib/core/json";
import type { SyncResponse } from "@/lib/core/transaction";
import { isWithheld } from "@/lib/core/withheld-headers";
import { expressionsOf } from "../expressions";
import { type Computed, compileSettings } from "../resolve";
import { shownFields } from "../shown-fields";
import type { Settings } from "../types";
import { syncResponse } from "./definition";
import { buildResponse } from "./response";

/** The answer's form with the answer as it would be for the sample, kept up to date while typing. */
export function SyncResponseSetup(props: StepSetupProps) {
  const scope = useFieldScope();
  const parsed = useMemo(() => parsedSettings(props.settings), [props.settings]);
  const valueIn = useExpressionValues(parsed?.expressions ?? []);
  const computed: Computed = (mapping) => {
    const found = valueIn(mapping);
    return found && !found.error ? found.value : "(not known)";
  };
  const preview = parsed && previewFrom(parsed.resolve(readerOf(scope), computed));

  return (
    <div className="flex flex-col gap-4">
      <FieldForm {...props} />
      <FormSection title="Preview">
        {preview?.response && (
          <CodeBlock wrap label="The answer for this sample" code={responseText(preview.response)} />
        )}
        {preview?.response && <LeftOut response={preview.response} />}
        {preview?.reason && (
          <Banner tone="warn" title="This can't be sent">
            {preview.reason}
          </Banner>
        )}
        {!preview && <p className="text-sm text-muted">Complete the fields above to see the answer.</p>}
      </FormSection>
    </div>
  );
}

/** Names the headers that the step has and the caller does not get. */
function LeftOut({ response }: { response: SyncResponse }) {
  const names = response.headers.map(([name]) => name).filter(isWithheld);
  if (names.length === 0) return null;
  return (
    <Banner tone="warn" title={`${names.join(", ")}: not sent`}>
      Headers that would act on Spoke's own address, or that Spoke sets, are left out.
    </Banner>
  );
}

function parsedSettings(given: Settings) {
  const parsed = syncResponse.settings.safeParse(given);
  if (!parsed.success) return undefined;
  const settings = parsed.data as Settings;
  const shown = shownFields(syncResponse, settings, { midCycle: true });
  const expressions = expressionsOf(shown, settings).map(({ mapping }) => mapping);
  return { resolve: compileSettings(syncResponse, settings), expressions };
}

function previewFrom(resolved: Settings): { response?: SyncResponse; reason?: string } {
  try {
    return { response: buildResponse(resolved as Parameters<typeof buildResponse>[0]) };
  } catch (error) {
    if (error instanceof StepError) return { reason: error.message };
    throw error;
  }
}

/** An answer as it travels, with JSON made readable. */
function responseText({ status, headers, body }: SyncResponse): string {
  const json = headers.some(([name, value]) => name.toLowerCase() === "content-type" && /json/i.test(value))
    ? safeJsonParse(body)
    : undefined;
  return [
    `HTTP/1.1 ${status}`,
    ...headers.filter(([name]) => !isWithheld(name)).map(([name, value]) => `${name}: ${value}`),
    "",
    json === undefined ? body : JSON.stringify(json, null, 2),
  ].join("\n");
}
