"use client";
import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { QueryState } from "@/components/providers/query-state";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { versionsQuery } from "@/lib/client/versions";
import { useBuilder } from "./builder-context";
import { useRestore } from "./use-restore";

/** The versions that were published, to look at and to take back into the draft. */
export function VersionsPanel() {
  const { cycleId, setView, canEdit, view } = useBuilder();
  const query = useQuery(versionsQuery(useAccount(), cycleId));
  const restore = useRestore();
  return (
    <QueryState query={query} failure="Versions could not be loaded">
      {!query.data && <SkeletonLines />}
      {query.data?.entries.length === 0 && (
        <EmptyState as="h3" icon={History} title="No version yet">
          Publish the draft, and it becomes version 1.
        </EmptyState>
      )}
      <ul className="divide-y">
        {query.data?.entries.map((version) => (
          <li key={version.id} className="flex flex-wrap items-center gap-2 py-2">
            <div className="min-w-0 flex-1">
              <p className="flex items-center gap-2 font-medium">
                Version {version.number}
                {version.published && <Badge tone="ok">Published</Badge>}
              </p>
              <p className="text-sm text-muted">
                <TimeAgo date={version.createdAt} />
                {version.createdBy && ` by ${version.createdBy}`}
              </p>
            </div>
            <Button
              size="sm"
              aria-label={`Look at version ${version.number}`}
              disabled={view.kind === "version" && view.number === version.number}
              onClick={() => setView({ kind: "version", number: version.number })}
            >
              Look
            </Button>
            {canEdit && (
              <Button
                size="sm"
                aria-label={`Restore version ${version.number} into the draft`}
                onClick={() => void restore(version.number)}
              >
                Restore
              </Button>
            )}
          </li>
        ))}
      </ul>
    </QueryState>
  );
}
