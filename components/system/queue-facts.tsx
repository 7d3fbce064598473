import type { ReactNode } from "react";
import { Count, Duration } from "@/components/ui/measures";
import type { QueueView } from "@/lib/contracts/system";

/** How the queue stands now. */
export function QueueFacts({ queue: { synchronous, normal, claimed, waiting, stopped, held } }: { queue: QueueView }) {
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-6">
      <Fact name="Ready, normal" note={age(normal)}>
        <Count value={normal.ready} />
      </Fact>
      <Fact name="Ready, synchronous" note={age(synchronous)}>
        <Count value={synchronous.ready} />
      </Fact>
      <Fact name="In workers’ hands">
        <Count value={claimed} />
      </Fact>
      <Fact name="Waiting for their time">
        <Count value={waiting} />
      </Fact>
      <Fact name="Of stopped cycles">
        <Count value={stopped} />
      </Fact>
      <Fact name="On hold">
        <Count value={held} />
      </Fact>
    </dl>
  );
}

const age = ({ ready, oldestSeconds }: QueueView["normal"]) =>
  ready > 0 ? (
    <>
      oldest <Duration ms={oldestSeconds * 1_000} />
    </>
  ) : undefined;

function Fact({ name, note, children }: { name: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className="rounded-md border bg-surface px-3 py-2">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="flex flex-wrap items-baseline justify-between gap-x-2">
        <span className="text-lg font-semibold">{children}</span>
        {note && <span className="text-sm text-muted">{note}</span>}
      </dd>
    </div>
  );
}
