"use client";
import { useState } from "react";
import type { z } from "zod";
import { Button } from "@/components/ui/button";
import type { WebhookField } from "./definition";

const SHOWN_AT_FIRST = 12;

/** The fields that requests to the webhook have, with examples. */
export function FieldList({ fields }: { fields: readonly z.infer<typeof WebhookField>[] }) {
  const [all, setAll] = useState(false);
  const values = fields.filter(({ kind }) => kind !== "object" && kind !== "list");
  if (values.length === 0) {
    return (
      <p className="text-sm text-muted">
        Not known yet. Listen for a request, or paste a sample, and later steps can map its fields.
      </p>
    );
  }
  const shown = all ? values : values.slice(0, SHOWN_AT_FIRST);
  return (
    <div className="flex flex-col gap-1">
      <dl className="divide-y rounded-md border">
        {shown.map(({ path, kind, example }) => (
          <div key={path} className="flex items-baseline gap-2 px-2 py-1 text-sm">
            <dt className="min-w-0 flex-1 truncate" title={path}>
              {path.replace(/^body\./, "")}
            </dt>
            <dd className="max-w-1/2 truncate font-mono text-xs text-muted" title={example}>
              {example === undefined ? kind : kind === "text" ? JSON.stringify(example) : example}
            </dd>
          </div>
        ))}
      </dl>
      {values.length > SHOWN_AT_FIRST && (
        <Button size="sm" variant="ghost" className="self-start" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${values.length}`}
        </Button>
      )}
    </div>
  );
}
