"use client";

import { ErrorState } from "@/components/ui/error-state";
import { LinkButton } from "@/components/ui/link-button";

/** What stands in place of a page that failed. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <div className="flex flex-col items-center">
        <h1 className="sr-only">Spoke</h1>
        <ErrorState title="This page failed" onRetry={reset}>
          Try again. If it stays, the server's log says why
          {error.digest ? (
            <>
              {" under "}
              <code className="font-mono">{error.digest}</code>.
            </>
          ) : (
            "."
          )}
        </ErrorState>
        <LinkButton href="/" variant="ghost">
          Go home
        </LinkButton>
      </div>
    </main>
  );
}
