"use client";

import { Checkbox } from "@/components/ui/checkbox";
import type { ReplayHow } from "@/lib/client/replays";
import { VersionChoice } from "./version-choice";

export type ReplayChoicesProps = { cycleId: string; how: ReplayHow; onChange: (how: ReplayHow) => void };

/** On which version requests are run again, and whether the webhook's checks are. Inside the cycle's account. */
export function ReplayChoices({ cycleId, how, onChange }: ReplayChoicesProps) {
  return (
    <div className="flex flex-col gap-3">
      <VersionChoice cycleId={cycleId} version={how.version} onChange={(version) => onChange({ ...how, version })} />
      <Checkbox
        label="Check it again"
        hint="By the list of addresses, the check and the secrets as they are now, at the time when it came. What they refuse is not replayed."
        checked={how.checked}
        onCheckedChange={(checked) => onChange({ ...how, checked })}
      />
    </div>
  );
}
