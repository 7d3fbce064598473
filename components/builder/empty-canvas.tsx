"use client";
import { Webhook } from "lucide-react";
import { Button } from "@/components/ui/button";
import { stepDefinitions } from "@/lib/steps/definitions";
import { useBuilder } from "./builder-context";

/** The plainest trigger; the others are in the palette. */
const trigger = stepDefinitions.webhook;

/** What an empty canvas says, with the step that a cycle begins with. */
export function EmptyCanvas() {
  const { commands, readOnly } = useBuilder();
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center p-4">
      <div className="pointer-events-auto flex max-w-80 flex-col items-center gap-2 text-center">
        <h2 className="font-semibold">This cycle has no steps yet</h2>
        {readOnly ? (
          <p className="text-muted">Someone who may change it can add the first one.</p>
        ) : (
          <>
            <p className="text-muted">
              It begins with a webhook: a URL that other systems send requests to. Add it, or drag steps here from the
              left.
            </p>
            <Button
              variant="primary"
              icon={Webhook}
              className="mt-2"
              onClick={() => commands.add(trigger.type, commands.defaultPlace())}
            >
              Add a {trigger.label}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
