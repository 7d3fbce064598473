"use client";
import { useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { useId } from "react";
import { FieldForm, type StepSetupProps } from "@/components/fields/field-form";
import { useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { accountPages } from "@/components/frame/urls";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { useAccount } from "@/lib/client/account";
import { heldCountsQuery } from "@/lib/client/held";
import { formatCount } from "@/lib/core/format";
import type { WebhookField } from "./definition";

type MappingSectionProps = StepSetupProps & { known: readonly WebhookField[] };

/** Of a webhook in the middle of its cycle: which request continues which transaction, and how long both wait for each other. */
export function MappingSection({ known, ...props }: MappingSectionProps) {
  const { settings, onChange, problemOf, cycleId, stepId } = props;
  const { readOnly } = useFieldScope();
  const listId = useId();
  return (
    <FormSection title="Webhook Mapping">
      <p className="text-sm text-muted">
        A transaction is held here until a request comes whose property equals the transaction's. It goes on with that
        request's data, and again with each later one.
      </p>
      <div data-field="matchIncoming" className="scroll-mt-4">
        <Field
          label={
            <>
              Property of the request
              <span aria-hidden title="Needed" className="ml-0.5 text-failed-fg">
                *
              </span>
            </>
          }
          required
          hint="Below the request's data, for example body.order.id."
          error={problemOf("matchIncoming")}
        >
          <Input
            mono
            list={listId}
            value={String(settings.matchIncoming ?? "")}
            placeholder="body.order.id"
            autoComplete="off"
            spellCheck={false}
            readOnly={readOnly}
            onChange={(event) => onChange("matchIncoming", event.target.value)}
          />
          <datalist id={listId}>
            {known
              .filter(({ kind }) => kind !== "object" && kind !== "list")
              .map(({ path }) => (
                <option key={path} value={path} />
              ))}
          </datalist>
        </Field>
      </div>
      <FieldForm {...props} only={["matchExisting", "keepEarlySeconds", "timeoutSeconds"]} />
      <HeldLink cycleId={cycleId} stepId={stepId} />
    </FormSection>
  );
}

function HeldLink({ cycleId, stepId }: { cycleId: string; stepId: string }) {
  const account = useAccount();
  const { data } = useQuery(heldCountsQuery(account, cycleId));
  if (!data) return null;
  const held = data.steps.find((step) => step.stepId === stepId);
  return (
    <div>
      <LinkButton
        size="sm"
        icon={Hourglass}
        href={`${accountPages(account.accountId ?? "").cycles}/${cycleId}/held/${stepId}`}
      >
        {held ? `${formatCount(held.count)}${held.more ? " or more" : ""} held` : "None held"}
      </LinkButton>
    </div>
  );
}
