"use client";
import { useQuery } from "@tanstack/react-query";
import { Radio } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { useNow } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { listenQuery, useListen, useRefreshSamples } from "@/lib/client/samples";
import type { ListenView } from "@/lib/contracts/listen";
import { formatDuration } from "@/lib/core/format";
import type { Json } from "@/lib/core/json";
import { RefusedRequests } from "./refused-requests";

export type ListenBoxProps = {
  cycleId: string;
  stepId: string;
  flush: () => Promise<boolean>;
  onHeard: (data: Json) => void;
};

/** Waits for the next real request to the URL and takes its fields. */
export function ListenBox({ cycleId, stepId, flush, onHeard }: ListenBoxProps) {
  const account = useAccount();
  const listen = useListen(cycleId, stepId);
  const refresh = useRefreshSamples(cycleId);
  const [since, setSince] = useState<string>();
  const [heard, setHeard] = useState<ListenView["request"]>(null);
  const { data } = useQuery(listenQuery(account, cycleId, stepId, since));
  const until = listen.data?.listeningUntil;
  const over = useOver(since === undefined ? undefined : until);
  const latest = useRef(onHeard);
  useEffect(() => {
    latest.current = onHeard;
  });

  useEffect(() => {
    if (since === undefined || !data?.request) return;
    setSince(undefined);
    setHeard(data.request);
    void refresh();
    if (data.request.sample) latest.current(data.request.sample.data as Json);
  }, [data, since, refresh]);

  const start = async () => {
    setHeard(null);
    await flush();
    const began = new Date(Date.now() - 1_000).toISOString();
    listen.mutate(undefined, { onSuccess: () => setSince(began) });
  };

  const refused = since !== undefined && <RefusedRequests refused={data?.refused ?? []} />;
  if (since !== undefined && !over) {
    return (
      <div className="flex flex-col gap-2">
        <div
          role="status"
          className="flex items-center gap-2 rounded-md border border-accent-line bg-accent-bg px-3 py-2"
        >
          <Spinner className="text-accent-fg" />
          <span className="min-w-0 flex-1">
            Listening. Send a request to the URL.
            {until && <Countdown until={until} />}
          </span>
          <Button size="sm" onClick={() => setSince(undefined)}>
            Cancel
          </Button>
        </div>
        {refused}
      </div>
    );
  }
  return (
    <div className="flex flex-col items-start gap-2">
      <Button size="sm" icon={Radio} loading={listen.isPending} onClick={start}>
        Listen for a request
      </Button>
      {listen.error && <Banner tone="error">{listen.error.message}</Banner>}
      {since !== undefined && over && (
        <p className="text-sm text-muted">
          {data?.refused.length ? "No other request came." : "No request came."} Listen again when you are ready to send
          one.
        </p>
      )}
      {refused}
      {heard?.sample && (
        <p role="status" className="text-sm text-ok-fg">
          A request came, and its fields are here.
        </p>
      )}
      {heard && !heard.sample && (
        <Banner tone="warn" title="A request came, but its body could not be read">
          {heard.reason}
        </Banner>
      )}
    </div>
  );
}

function Countdown({ until }: { until: string }) {
  const now = useNow();
  if (now === 0) return null;
  return <span className="text-muted"> {formatDuration(Math.max(0, Date.parse(until) - now))} left.</span>;
}

/** Whether a time has passed. */
function useOver(until: string | null | undefined): boolean {
  const now = useNow();
  return until !== undefined && until !== null && now > 0 && Date.parse(until) < now;
}
