"use client";
import { FieldForm, type StepSetupProps } from "@/components/fields/field-form";
import { FormSection } from "@/components/fields/form-section";

/** An outside call in five parts: what is called, who asks, what is sent, what counts as an answer, what scripts make of both. */
export function HttpRequestSetup(props: StepSetupProps) {
  const sendsBody = props.settings.method !== "GET" && props.settings.method !== "HEAD";
  return (
    <div className="flex flex-col gap-4">
      <FormSection title="Request">
        <FieldForm {...props} only={["method", "url", "query", "headers"]} />
      </FormSection>
      <FormSection title="Authentication">
        <FieldForm {...props} only={["auth", "authUser", "authHeader", "auth-secret"]} />
      </FormSection>
      {sendsBody && (
        <FormSection title="Body">
          <FieldForm {...props} only={["bodyKind", "body", "raw", "rawContentType"]} />
        </FormSection>
      )}
      <FormSection title="Answer">
        <FieldForm {...props} only={["followRedirects", "failOnStatus"]} />
      </FormSection>
      <FormSection title="Script">
        <FieldForm {...props} only={["script"]} />
      </FormSection>
    </div>
  );
}
