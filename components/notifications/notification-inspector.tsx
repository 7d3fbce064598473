"use client";

import { ArrowUpRight, Send } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Fact, Facts } from "@/components/ui/facts";
import { Identifier } from "@/components/ui/identifier";
import { LinkButton } from "@/components/ui/link-button";
import { Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import { useResend } from "@/lib/client/alarms";
import { useMayChange } from "@/lib/client/me";
import type { NotificationView } from "@/lib/contracts/alarms";
import { NotificationStatus } from "./notification-status";

/** One notification: what it says, to whom, and each attempt to send it. */
export function NotificationInspector({ notification }: { notification: NotificationView }) {
  const { id, text, address, status, createdAt, nextAttemptAt, attempts, builderHref } = notification;
  const resend = useResend();
  const mayChange = useMayChange();
  return (
    <div className="flex flex-col gap-5">
      <p>{text}</p>
      <Facts>
        <Fact name="To">
          <span className="break-all">{address}</span> <CopyButton value={address} what="address" />
        </Fact>
        <Fact name="State">
          <NotificationStatus status={status} />
        </Fact>
        {nextAttemptAt && (
          <Fact name="Next attempt">
            <TimeAgo date={nextAttemptAt} />
          </Fact>
        )}
        <Fact name="Created">
          <TimeAgo date={createdAt} absolute />
        </Fact>
        <Fact name="Id">
          <Identifier value={id} what="notification id" />
        </Fact>
      </Facts>
      <section aria-label="Attempts" className="flex flex-col gap-2">
        <h3 className="font-semibold">Attempts</h3>
        {attempts.length === 0 && (
          <p className="text-muted">{status === "failed" ? "None: its target was removed before." : "None yet."}</p>
        )}
        <ol className="flex flex-col gap-2">
          {attempts.map((attempt) => (
            <Attempt key={attempt.at} attempt={attempt} />
          ))}
        </ol>
      </section>
      {resend.error && <Banner tone="error">{resend.error.message}</Banner>}
      <div className="flex flex-wrap gap-2">
        {mayChange && (
          <Button icon={Send} loading={resend.isPending} onClick={() => resend.mutate(id)}>
            Send again
          </Button>
        )}
        <LinkButton icon={ArrowUpRight} href={builderHref}>
          Open in builder
        </LinkButton>
      </div>
    </div>
  );
}

function Attempt({
  attempt: { at, durationMs, status, answer, error },
}: {
  attempt: NotificationView["attempts"][number];
}) {
  return (
    <li className="flex flex-col gap-0.5 rounded-md border px-3 py-2">
      <span className="flex flex-wrap justify-between gap-2 text-sm text-muted">
        <TimeAgo date={at} absolute />
        <Duration ms={durationMs} />
      </span>
      {error ? (
        <span className="text-failed-fg">{error}</span>
      ) : (
        <span className="text-ok-fg">Taken{status && ` with ${status}`}.</span>
      )}
      {answer && <code className="text-sm break-all text-muted">{answer}</code>}
    </li>
  );
}
