"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useFieldScope } from "@/components/fields/field-scope";
import { FormSection } from "@/components/fields/form-section";
import { OwnHoldBanner } from "@/components/holds/hold-banners";
import { HoldButton } from "@/components/holds/hold-button";
import { inBytes, inMegabytes, LimitField, limitIn, limitText, megabytesText } from "@/components/holds/limit-field";
import { QueryState } from "@/components/providers/query-state";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useToast } from "@/components/ui/toast";
import { useAccount } from "@/lib/client/account";
import { useSetWebhookLimits, webhookLimitsQuery } from "@/lib/client/holds";
import { WebhookLimits, type WebhookLimitsView } from "@/lib/contracts/incidents";

type Place = { cycleId: string; stepId: string };

const NOT_A_LIMIT = "Type a whole number from 1 to 1,000,000, or nothing.";
const NOT_MEGABYTES = "Type a number of megabytes above 0, or nothing.";
const NOT_UNFINISHED = "Type a whole number from 1 to 100,000, or nothing.";
const LACKS_RATE = "Say how many requests per second as well, or nothing here.";

/** What the webhook may receive, and whether it is on hold. Both apply at once, without publishing. `begins`: its requests begin transactions. */
export function LimitsSection({ begins, ...place }: Place & { begins: boolean }) {
  const account = useAccount();
  const { readOnly } = useFieldScope();
  const query = useQuery(webhookLimitsQuery(account, place));
  const limits = query.data;
  const target = { accountId: account.accountId ?? "", ...place };
  return (
    <FormSection title="Limits and hold">
      <QueryState query={query} failure="Limits could not be loaded">
        {limits ? (
          <LimitsForm key={JSON.stringify(typed(limits))} {...{ place, limits, begins, readOnly }} />
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

/** The limits as they are typed. */
const typed = (limits: WebhookLimits) => ({
  rate: limitText(limits.requestsPerSecond),
  burst: limitText(limits.requestBurst),
  stored: limitText(inMegabytes(limits.storedBytesLimit)),
  unfinished: limitText(limits.unfinishedLimit),
});

/** What was typed, or what is wrong with it. */
const read = ({ rate, burst, stored, unfinished }: ReturnType<typeof typed>) =>
  WebhookLimits.safeParse({
    requestsPerSecond: limitIn(rate),
    requestBurst: limitIn(burst),
    storedBytesLimit: inBytes(limitIn(stored)),
    unfinishedLimit: limitIn(unfinished),
  });

type LimitsFormProps = { place: Place; limits: WebhookLimitsView; begins: boolean; readOnly: boolean };

function LimitsForm({ place, limits, begins, readOnly }: LimitsFormProps) {
  const saved = typed(limits);
  const [text, setText] = useState(saved);
  const set = useSetWebhookLimits(place);
  const toast = useToast();
  const wish = read(text);
  const isWrong = (key: keyof WebhookLimits) => wish.error?.issues.some(({ path }) => path[0] === key);
  const lacksRate = wish.data !== undefined && wish.data.requestBurst !== null && wish.data.requestsPerSecond === null;
  const changed = JSON.stringify(text) !== JSON.stringify(saved);
  const field = (key: keyof typeof saved) => ({
    value: text[key],
    readOnly,
    onChange: (value: string) => setText({ ...text, [key]: value }),
  });
  return (
    <div className="flex flex-col gap-3">
      <LimitField
        label="Requests per second"
        hint="More are answered 429. Applies at once, without publishing."
        error={isWrong("requestsPerSecond") ? NOT_A_LIMIT : undefined}
        {...field("rate")}
      />
      <LimitField
        label="At once"
        hint="How many may come together before they are held to the rate. Left empty: as many as in a second."
        error={isWrong("requestBurst") ? NOT_A_LIMIT : lacksRate ? LACKS_RATE : undefined}
        {...field("burst")}
      />
      {(begins || saved.unfinished !== "") && (
        <LimitField
          label="Unfinished transactions"
          hint="Of those that it begins. More are answered 429."
          error={isWrong("unfinishedLimit") ? NOT_UNFINISHED : undefined}
          {...field("unfinished")}
        />
      )}
      <LimitField
        label="Stored requests (MB)"
        hint={`It keeps ${megabytesText(limits.storedBytes)} of bodies now. More are answered 429.`}
        error={isWrong("storedBytesLimit") ? NOT_MEGABYTES : undefined}
        {...field("stored")}
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
