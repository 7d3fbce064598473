"use client";
import { Page } from "@/components/frame/page";
import { ErrorState } from "@/components/ui/error-state";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** What stands in place of the builder when it breaks. What was not saved is offered again when it is back. */
export default function BuilderError({ error, reset }: Props) {
  return (
    <Page>
      <ErrorState title="The builder stopped working" onRetry={reset}>
        Your last changes are kept in this browser. {error.digest && `Error ${error.digest}.`}
      </ErrorState>
    </Page>
  );
}
