"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { QueryState } from "@/components/providers/query-state";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { useToast } from "@/components/ui/toast";
import { apiKeysQuery, useRevokeApiKey } from "@/lib/client/api-keys";
import type { ApiKeyView } from "@/lib/contracts/accounts";
import { ApiKeyTable } from "./api-key-table";
import { NewApiKeyDialog } from "./new-api-key-dialog";

/** The keys that programs use Spoke's API with: make one, see it once, revoke it. */
export function ApiKeysPage() {
  const query = useQuery(apiKeysQuery());
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKeyView>();
  const revoke = useRevokeApiKey();
  const toast = useToast();
  const maker = (
    <Button variant="primary" icon={Plus} onClick={() => setMaking(true)}>
      New API key
    </Button>
  );
  return (
    <Page>
      <PageHeader
        title="API keys"
        description={
          <>
            Programs do with a key what the screens do. The API is described at{" "}
            <a href="/api/v1/openapi.json" className="text-accent-fg underline">
              /api/v1/openapi.json
            </a>
            .
          </>
        }
        actions={maker}
      />
      <QueryState query={query} failure="API keys could not be loaded">
        <ApiKeyTable
          apiKeys={query.data?.entries}
          onRevoke={setRevoking}
          empty={
            <EmptyState icon={KeyRound} title="No API keys yet" action={maker}>
              Make one for each program, so that each can be revoked alone.
            </EmptyState>
          }
        />
      </QueryState>
      {making && <NewApiKeyDialog onClose={() => setMaking(false)} />}
      {revoking && (
        <ConfirmDialog
          open
          onOpenChange={() => setRevoking(undefined)}
          title={`Revoke “${revoking.name}”`}
          consequences={`Requests with ${revoking.prefix}… get 401 from now on. This cannot be undone.`}
          confirmLabel="Revoke key"
          onConfirm={async () => {
            await revoke.mutateAsync(revoking.id);
            toast({ title: `Revoked “${revoking.name}”` });
          }}
        />
      )}
    </Page>
  );
}
