"use client";

import { Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { TimeAgo } from "@/components/ui/time-ago";
import { type HoldTarget, isOwnHold, useHoldsOn, useHoldsWithin } from "@/lib/client/holds";
import { useMayChange } from "@/lib/client/me";
import type { HoldView } from "@/lib/contracts/incidents";
import { DiscardDialog } from "./discard-dialog";
import { DrainDialog } from "./drain-dialog";
import { heldThing } from "./hold-name";

/**
 * Says that a target is on hold, itself or with what it belongs to, since when and how much waits, and offers the ways out. Of a cycle
 * also that webhooks of it are; of an account its cycles say it themselves.
 */
export function HoldBanners({ target, className }: { target: HoldTarget; className?: string }) {
  const on = useHoldsOn(target);
  const within = useHoldsWithin(target);
  return <Banners holds={target.cycleId === null ? on : [...on, ...within]} className={className} />;
}

/** The same of a target's own hold alone, beside banners of what it belongs to. */
export function OwnHoldBanner({ target }: { target: HoldTarget }) {
  return <Banners holds={useHoldsOn(target).filter((hold) => isOwnHold(hold, target))} />;
}

function Banners({ holds, className }: { holds: readonly HoldView[]; className?: string }) {
  if (holds.length === 0) return null;
  return (
    <div className={className}>
      {holds.map((hold) => (
        <HoldBanner key={hold.id} hold={hold} />
      ))}
    </div>
  );
}

function HoldBanner({ hold }: { hold: HoldView }) {
  const mayChange = useMayChange();
  const [dialog, setDialog] = useState<"drain" | "discard">();
  const close = () => setDialog(undefined);
  return (
    <>
      <Banner
        tone="warn"
        title={
          <>
            {heldThing(hold)} is on hold, {hold.held.toLocaleString("en")} held
          </>
        }
        action={
          mayChange && (
            <>
              <Button
                size="sm"
                icon={Trash2}
                disabled={hold.held === 0 || hold.discarding}
                onClick={() => setDialog("discard")}
              >
                Discard
              </Button>
              <Button size="sm" variant="primary" icon={Play} onClick={() => setDialog("drain")}>
                Drain
              </Button>
            </>
          )
        }
      >
        <p className="text-sm text-muted">
          {progressOf(hold)} Put on hold by {hold.heldBy ?? "an API key"}, <TimeAgo date={hold.since} />.
        </p>
      </Banner>
      {dialog === "drain" && <DrainDialog hold={hold} onClose={close} />}
      {dialog === "discard" && <DiscardDialog hold={hold} onClose={close} />}
    </>
  );
}

function progressOf({ draining, discarding, released, discarded }: HoldView): string {
  if (discarding) return `Discarding. ${discarded.toLocaleString("en")} discarded so far.`;
  if (draining) {
    const rate = draining.perSecond === null ? "as fast as limits allow" : `${draining.perSecond} per second`;
    return `Draining in the order of acceptance, ${rate}. ${released.toLocaleString("en")} let go so far.`;
  }
  const gone = discarded > 0 ? ` ${discarded.toLocaleString("en")} discarded.` : "";
  return `Requests are accepted and none begins.${gone}`;
}
