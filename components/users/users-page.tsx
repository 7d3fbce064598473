"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { QueryState } from "@/components/providers/query-state";
import { TextFilter } from "@/components/providers/text-filter";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterBar } from "@/components/ui/filter-bar";
import { PageHeader } from "@/components/ui/page-header";
import { useUrlQuery } from "@/lib/client/url-query";
import { usersQuery } from "@/lib/client/users";
import { type UserDialog, UserDialogs } from "./user-dialogs";
import { UserTable } from "./user-table";

const FILTERS = ["q"] as const;

/** Everyone who can sign in: make a user, change roles and accounts, set passwords, disable. */
export function UsersPage() {
  const query = useQuery(usersQuery());
  const { values, setValues } = useUrlQuery(FILTERS);
  const [dialog, setDialog] = useState<UserDialog>();
  const wanted = values.q.toLowerCase();
  const users = query.data?.entries.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted));
  return (
    <Page>
      <PageHeader
        title="Users"
        description="Who can sign in, what they may do, and in which accounts."
        actions={
          <Button variant="primary" icon={Plus} onClick={() => setDialog({ kind: "new" })}>
            New user
          </Button>
        }
      />
      <QueryState query={query} failure="Users could not be loaded">
        <FilterBar label="Filter users">
          <TextFilter
            label="Filter by name or e-mail"
            stillMs={100}
            value={values.q}
            onValueChange={(q) => setValues({ q })}
            className="w-full sm:w-64"
          />
        </FilterBar>
        <UserTable
          users={users}
          onOpen={setDialog}
          empty={
            <EmptyState icon={Users} title="No user matches">
              None has “{values.q}” in their name or e-mail.
            </EmptyState>
          }
        />
      </QueryState>
      <UserDialogs dialog={dialog} onClose={() => setDialog(undefined)} />
    </Page>
  );
}
