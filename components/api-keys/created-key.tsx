"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import type { CreatedApiKey } from "@/lib/contracts/accounts";

export type CreatedKeyProps = { created: CreatedApiKey; onDone: () => void };

/** A key in full, this once, with a command to try it. */
export function CreatedKey({ created: { apiKey, key }, onDone }: CreatedKeyProps) {
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="warn" title="Copy it now">
        It is not shown again. Spoke keeps only a hash of it.
      </Banner>
      <CodeBlock label="API key" code={key} wrap />
      <CodeBlock label="Try it" code={exampleOf(window.location.origin, key, apiKey.account === null)} />
      <div className="flex justify-end">
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}

/** The first thing the key can do: its account's cycles, or for a key of all accounts the list of them. */
function exampleOf(origin: string, key: string, forAllAccounts: boolean): string {
  const path = forAllAccounts ? "accounts" : "cycles";
  return `curl ${origin}/api/v1/${path} \\\n  -H 'Authorization: Bearer ${key}'`;
}
