"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { versionQuery } from "@/lib/client/versions";
import { useBuilder } from "./builder-context";
import { useRestore } from "./use-restore";

/** Above the canvas while a version is on it: which one, and the ways back. */
export function VersionStrip({ number }: { number: number }) {
  const { cycleId, setView, canEdit } = useBuilder();
  const { data: version } = useQuery(versionQuery(useAccount(), cycleId, number));
  const restore = useRestore();
  const [restoring, setRestoring] = useState(false);
  return (
    <section
      aria-label="Version on the canvas"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b bg-info-bg px-3 py-1.5"
    >
      <p className="min-w-0 flex-1">
        <span className="font-medium">Version {number}</span>{" "}
        {version && (
          <span className="text-muted">
            published <TimeAgo date={version.createdAt} />
            {version.createdBy && ` by ${version.createdBy}`}
          </span>
        )}
      </p>
      {canEdit && (
        <Button
          size="sm"
          loading={restoring}
          onClick={async () => {
            setRestoring(true);
            await restore(number).finally(() => setRestoring(false));
          }}
        >
          Restore into the draft
        </Button>
      )}
      <Button size="sm" variant="primary" onClick={() => setView({ kind: "draft" })}>
        Back to draft
      </Button>
    </section>
  );
}
