"use client";
import { useMemo } from "react";
import { FieldForm, type StepSetupProps } from "@/components/fields/field-form";
import { readerOf, useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { Banner } from "@/components/ui/banner";
import { CodeBlock } from "@/components/ui/code-block";
import { StepError } from "@/lib/core/errors";
import { safeJsonParse } from "@/lib/core/json";
import type { SyncResponse } from "@/lib/core/transaction";
import { compileSettings } from "../resolve";
import type { Settings } from "../types";
import { syncResponse } from "./definition";
import { buildResponse } from "./response";

/** The answer's form with the answer as it would be for the sample, kept up to date while typing. */
export function SyncResponseSetup(props: StepSetupProps) {
  const scope = useFieldScope();
  const preview = useMemo(() => {
    const parsed = syncResponse.settings.safeParse(props.settings);
    if (!parsed.success) return undefined;
    const resolved = compileSettings(syncResponse, parsed.data as Settings)(readerOf(scope));
    try {
      return { response: buildResponse(resolved as Parameters<typeof buildResponse>[0]) };
    } catch (error) {
      if (error instanceof StepError) return { reason: error.message };
      throw error;
    }
  }, [props.settings, scope]);

  return (
    <div className="flex flex-col gap-4">
      <FieldForm {...props} />
      <FormSection title="Preview">
        {preview?.response && (
          <CodeBlock wrap label="The answer for this sample" code={responseText(preview.response)} />
        )}
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

/** An answer as it travels, with JSON made readable. */
function responseText({ status, headers, body }: SyncResponse): string {
  const json = headers.some(([name, value]) => name.toLowerCase() === "content-type" && /json/i.test(value))
    ? safeJsonParse(body)
    : undefined;
  return [
    `HTTP/1.1 ${status}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "",
    json === undefined ? body : JSON.stringify(json, null, 2),
  ].join("\n");
}
