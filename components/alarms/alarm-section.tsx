"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { FormSection } from "@/components/fields/form-section";
import { accountPages } from "@/components/frame/urls";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useAccount } from "@/lib/client/account";
import { alarmQuery, useAlarmChanges } from "@/lib/client/alarms";
import type { AlarmView } from "@/lib/contracts/alarms";
import { AlarmBadges } from "./alarm-badges";
import { AlarmRulesForm } from "./alarm-rules-form";
import { AlarmTargets } from "./alarm-targets";

export type AlarmSectionProps = { cycleId: string; stepId: string; readOnly: boolean };

/** When someone is told of the webhook, and whom. It holds at once, without publishing. */
export function AlarmSection(props: AlarmSectionProps) {
  const query = useQuery(alarmQuery(useAccount(), props.cycleId, props.stepId));
  return (
    <FormSection title="Tell someone">
      <QueryState query={query} failure="Alarms could not be loaded">
        {query.data ? <AlarmForm {...props} alarm={query.data} /> : <SkeletonLines lines={3} />}
      </QueryState>
    </FormSection>
  );
}

function AlarmForm({ cycleId, stepId, readOnly, alarm }: AlarmSectionProps & { alarm: AlarmView }) {
  const { setRules, addTarget, removeTarget, sendTest } = useAlarmChanges(cycleId, stepId);
  const { accountId } = useAccount();
  return (
    <>
      {alarm.raised.length > 0 && (
        <p className="flex flex-wrap gap-1">
          <AlarmBadges alarms={alarm.raised} />
        </p>
      )}
      <p className="text-sm text-muted">Rules hold as soon as they are saved, without publishing.</p>
      <AlarmRulesForm
        key={JSON.stringify(alarm.rules)}
        rules={alarm.rules}
        readOnly={readOnly}
        saving={setRules.isPending}
        onSave={(rules) => setRules.mutate(rules)}
        error={setRules.error?.message}
      />
      <AlarmTargets
        targets={alarm.targets}
        email={alarm.email}
        readOnly={readOnly}
        onAdd={(input) => addTarget.mutateAsync(input)}
        onRemove={(targetId) => removeTarget.mutate(targetId)}
      />
      {removeTarget.error && <Banner tone="error">{removeTarget.error.message}</Banner>}
      <div className="flex flex-wrap items-center gap-3">
        {!readOnly && alarm.targets.length > 0 && (
          <Button size="sm" loading={sendTest.isPending} onClick={() => sendTest.mutate()}>
            Send a test
          </Button>
        )}
        {accountId && (
          <Link href={accountPages(accountId).notifications} className="text-sm text-accent-fg hover:underline">
            What was sent
          </Link>
        )}
      </div>
      {sendTest.error && <Banner tone="error">{sendTest.error.message}</Banner>}
      {sendTest.data && !sendTest.error && (
        <p role="status" className="text-sm text-ok-fg">
          {sendTest.data.notifications === 1
            ? "A test is on its way."
            : `${sendTest.data.notifications} tests are on their way.`}
        </p>
      )}
    </>
  );
}
