"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { Textarea } from "@/components/ui/textarea";
import { useAccount } from "@/lib/client/account";
import { ApiError } from "@/lib/client/api";
import { allowedIpsQuery, useSetAllowedIps } from "@/lib/client/security";
import { AllowedIpsProblems } from "@/lib/contracts/security";

export type AllowedIpsProps = { cycleId: string; stepId: string; readOnly: boolean };

/** The addresses that may send. Saved by itself, because it counts at once and in every version. */
export function AllowedIps({ cycleId, stepId, readOnly }: AllowedIpsProps) {
  const place = { cycleId, stepId };
  const query = useQuery(allowedIpsQuery(useAccount(), place));
  const save = useSetAllowedIps(place);
  const [typed, setTyped] = useState<string>();
  if (!query.data) {
    return (
      <QueryState query={query} failure="The allowed addresses could not be loaded">
        <Skeleton className="h-20 w-full" />
      </QueryState>
    );
  }
  const { allowedIps, count } = query.data;
  const text = typed ?? allowedIps;
  const isChanged = text !== allowedIps;

  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(text, { onSuccess: () => setTyped(undefined) });
      }}
    >
      <Field
        label="Allowed IP addresses"
        error={isChanged && save.error ? <Lines error={save.error} /> : undefined}
        hint="IPv4 and IPv6 addresses and ranges like 203.0.113.0/24, one a line or between commas; comments after #."
      >
        <Textarea
          mono
          rows={4}
          value={text}
          readOnly={readOnly}
          spellCheck={false}
          placeholder={"203.0.113.7\n2001:db8::/32  # the office"}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      {!readOnly && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            type="submit"
            size="sm"
            variant={isChanged ? "primary" : "secondary"}
            loading={save.isPending}
            disabled={!isChanged}
          >
            Save addresses
          </Button>
          {isChanged && (
            <Button size="sm" variant="ghost" onClick={() => setTyped(undefined)}>
              Discard
            </Button>
          )}
          <span role="status" className="text-sm text-muted">
            {isChanged ? "Not saved yet. Once it is, it counts at once, without a publish." : saved(count)}
          </span>
        </div>
      )}
      {count === 0 && !isChanged && (
        <Banner tone="warn" title="Every request is refused">
          The list is empty. Type the addresses that the sender uses.
        </Banner>
      )}
    </form>
  );
}

const saved = (count: number) =>
  count === 0 ? "" : count === 1 ? "1 entry, in effect." : `${count} entries, in effect.`;

/** What is wrong with the list, line by line where it is known. */
function Lines({ error }: { error: Error }) {
  const problem = error instanceof ApiError ? AllowedIpsProblems.safeParse(error.problem).data : undefined;
  if (!problem) return error.message;
  return (
    <span className="flex flex-col gap-0.5">
      {error.message}
      {problem.lines.map(({ line, message }) => (
        <span key={`${line} ${message}`}>
          Line {line}: {message}
        </span>
      ))}
    </span>
  );
}
