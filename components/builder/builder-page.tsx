"use client";
import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { Page } from "@/components/frame/page";
import { useLoadError } from "@/components/providers/query-state";
import { ErrorState } from "@/components/ui/error-state";
import { useAccount } from "@/lib/client/account";
import { cycleQuery } from "@/lib/client/cycles";
import { useMe } from "@/lib/client/me";
import { BuilderSkeleton } from "./builder-skeleton";
import { CycleBuilder } from "./cycle-builder";

/** A cycle as it is drawn, set up, published and run. */
export function BuilderPage({ cycleId }: { cycleId: string }) {
  const query = useQuery(cycleQuery(useAccount(), cycleId));
  const me = useMe();
  const loadError = useLoadError(query);
  if (loadError) {
    return (
      <Page width="wide">
        <ErrorState
          title="The cycle could not be loaded"
          retrying={query.isFetching}
          onRetry={() => void query.refetch()}
        >
          {loadError.message}
        </ErrorState>
      </Page>
    );
  }
  if (!query.data || !me) return <BuilderSkeleton />;
  return (
    <ReactFlowProvider key={cycleId}>
      <CycleBuilder cycle={query.data} mayChange={me.role !== "viewer"} />
    </ReactFlowProvider>
  );
}
