"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { FieldError } from "@/components/ui/field";
import { SearchInput } from "@/components/ui/search-input";
import { SkeletonLines } from "@/components/ui/skeleton";
import { accountsQuery } from "@/lib/client/accounts";

/** From this many on, a search box stands above the list. */
const SEARCH_FROM = 8;

export type AccountChecklistProps = {
  chosen: readonly string[];
  onChosenChange: (accountIds: string[]) => void;
  error?: string;
};

/** Chooses the accounts that a builder or viewer may enter. */
export function AccountChecklist({ chosen, onChosenChange, error }: AccountChecklistProps) {
  const query = useQuery(accountsQuery());
  const [text, setText] = useState("");
  const errorId = useId();
  const accounts = query.data?.entries;
  const wanted = text.trim().toLowerCase();
  const found = accounts?.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <fieldset
      aria-describedby={error ? errorId : undefined}
      data-invalid={error ? true : undefined}
      className="flex min-w-0 flex-col gap-1.5"
    >
      <legend className="mb-1 text-sm font-medium">
        Accounts <span className="font-normal text-muted">({chosen.length} chosen)</span>
      </legend>
      {accounts && accounts.length >= SEARCH_FROM && (
        <SearchInput label="Find an account" value={text} onValueChange={setText} />
      )}
      {found ? (
        <div className="max-h-48 overflow-y-auto rounded-md border px-2 py-1 scroll-thin">
          {found.map(({ id, name }) => (
            <Checkbox
              key={id}
              label={<span className="break-words">{name}</span>}
              checked={chosen.includes(id)}
              onCheckedChange={(checked) =>
                onChosenChange(checked ? [...chosen, id] : chosen.filter((other) => other !== id))
              }
            />
          ))}
          {found.length === 0 && <p className="py-1 text-muted">No account has “{text.trim()}” in its name.</p>}
        </div>
      ) : query.error ? (
        <FieldError>{query.error.message}</FieldError>
      ) : (
        <SkeletonLines lines={3} />
      )}
      <FieldError id={errorId}>{error}</FieldError>
    </fieldset>
  );
}
