"use client";

import { useQuery } from "@tanstack/react-query";
import { Building2, Plus } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { QueryState } from "@/components/providers/query-state";
import { TextFilter } from "@/components/providers/text-filter";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterBar } from "@/components/ui/filter-bar";
import { PageHeader } from "@/components/ui/page-header";
import { useToast } from "@/components/ui/toast";
import { accountsQuery, useCreateAccount, useUpdateAccount } from "@/lib/client/accounts";
import { useUrlQuery } from "@/lib/client/url-query";
import type { AccountView } from "@/lib/contracts/accounts";
import { AccountTable } from "./account-table";
import { EditAccountDialog } from "./edit-account-dialog";
import { NewAccountDialog } from "./new-account-dialog";

const FILTERS = ["q"] as const;

/** The partner's accounts: make one, change its name, its parallel limit and how long its transactions are kept. */
export function AccountsPage() {
  const query = useQuery(accountsQuery());
  const { values, setValues } = useUrlQuery(FILTERS);
  const [dialog, setDialog] = useState<"new" | AccountView>();
  const create = useCreateAccount();
  const update = useUpdateAccount();
  const toast = useToast();
  const accounts = query.data?.entries;
  const wanted = values.q.toLowerCase();
  const found = accounts?.filter(({ name }) => name.toLowerCase().includes(wanted));
  const maker = (
    <Button variant="primary" icon={Plus} onClick={() => setDialog("new")}>
      New account
    </Button>
  );

  return (
    <Page>
      <PageHeader
        title="Accounts"
        description="Each account is one customer: nothing of it can be seen from another."
        actions={maker}
      />
      <QueryState query={query} failure="Accounts could not be loaded">
        {accounts?.length === 0 ? (
          <EmptyState icon={Building2} title="No accounts yet" action={maker}>
            Make one for the first customer, then draw its cycles.
          </EmptyState>
        ) : (
          <>
            <FilterBar label="Filter accounts">
              <TextFilter
                label="Filter by name"
                stillMs={100}
                value={values.q}
                onValueChange={(q) => setValues({ q })}
                className="w-full sm:w-64"
              />
            </FilterBar>
            <AccountTable
              accounts={found}
              onEdit={setDialog}
              empty={
                <EmptyState icon={Building2} title="No account matches">
                  None has “{values.q}” in its name.
                </EmptyState>
              }
            />
          </>
        )}
      </QueryState>
      {dialog === "new" && (
        <NewAccountDialog
          onClose={() => setDialog(undefined)}
          onCreate={async (input) => {
            const { name } = await create.mutateAsync(input);
            toast({ title: `Created “${name}”` });
          }}
        />
      )}
      {dialog !== undefined && dialog !== "new" && (
        <EditAccountDialog
          account={dialog}
          onClose={() => setDialog(undefined)}
          onSave={async (input) => {
            const { name } = await update.mutateAsync({ id: dialog.id, ...input });
            toast({ title: `Saved “${name}”` });
          }}
        />
      )}
    </Page>
  );
}
