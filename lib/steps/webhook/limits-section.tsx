"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { OwnHoldBanner } from "@/components/holds/hold-banners";
import { HoldButton } from "@/components/holds/hold-button";
import { LimitField, limitIn, limitText } from "@/components/holds/limit-field";
import { QueryState } from "@/components/providers/query-state";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useToast } from "@/components/ui/toast";
import { useAccount } from "@/lib/client/account";
import { useSetWebhookLimits, webhookLimitsQuery } from "@/lib/client/holds";
import { WebhookLimits } from "@/lib/contracts/incidents";

type Place = { cycleId: string; stepId: string };

const NOT_A_LIMIT = "Type a whole number from 1 to 1,000,000, or nothing.";
const LACKS_RATE = "Say how many requests per second as well, or nothing here.";

/** What the webhook may receive, and whether it is on hold. Both apply at once, without publishing. */
export function LimitsSection(place: Place) {
  const account = useAccount();
  const { readOnly } = useFieldScope();
  const query = useQuery(webhookLimitsQuery(account, place));
  const limits = query.data;
  const target = { accountId: account.accountId ?? "", ...place };
  return (
    <FormSection title="Limits and hold">
      <QueryState query={query} failure="Limits could not be loaded">
        {limits ? (
          <LimitsForm key={JSON.stringify(limits)} place={place} limits={limits} readOnly={readOnly} />
        ) : (
          <SkeletonLines lines={2} />
        )}
      </QueryState>
      <OwnHoldBanner target={target} />
      {!readOnly && (
        <div className="flex">
          <HoldButton target={target} what="this webhook" size="sm" />
        </div>
      )}
    </FormSection>
  );
}

function LimitsForm({ place, limits, readOnly }: { place: Place; limits: WebhookLimits; readOnly: boolean }) {
  const [rate, setRate] = useState(limitText(limits.requestsPerSecond));
  const [burst, setBurst] = useState(limitText(limits.requestBurst));
  const set = useSetWebhookLimits(place);
  const toast = useToast();
  const wish = WebhookLimits.safeParse({ requestsPerSecond: limitIn(rate), requestBurst: limitIn(burst) });
  const isWrong = (key: string) => wish.error?.issues.some(({ path }) => path[0] === key);
  const lacksRate = wish.data !== undefined && wish.data.requestBurst !== null && wish.data.requestsPerSecond === null;
  const changed = rate !== limitText(limits.requestsPerSecond) || burst !== limitText(limits.requestBurst);
  return (
    <div className="flex flex-col gap-3">
      <LimitField
        label="Requests per second"
        hint="More are answered 429. Applies at once, without publishing."
        error={isWrong("requestsPerSecond") ? NOT_A_LIMIT : undefined}
        value={rate}
        readOnly={readOnly}
        onChange={setRate}
      />
      <LimitField
        label="At once"
        hint="How many may come together before they are held to the rate. Left empty: as many as in a second."
        error={isWrong("requestBurst") ? NOT_A_LIMIT : lacksRate ? LACKS_RATE : undefined}
        value={burst}
        readOnly={readOnly}
        onChange={setBurst}
      />
      <FieldError>{set.error?.message}</FieldError>
      {changed && !readOnly && (
        <div className="flex">
          <Button
            size="sm"
            loading={set.isPending}
            disabled={!wish.success || lacksRate}
            onClick={() =>
              wish.success && set.mutate(wish.data, { onSuccess: () => toast({ title: "Saved the limits" }) })
            }
          >
            Save limits
          </Button>
        </div>
      )}
    </div>
  );
}
