"use client";

import { useState } from "react";
import type { z } from "zod";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { REDACTED_HINT } from "@/components/ui/redacted";
import { Textarea } from "@/components/ui/textarea";
import { VersionChoice } from "@/components/webhooks/version-choice";
import type { ReplayInput } from "@/lib/contracts/transactions";
import { REDACTED } from "@/lib/core/redacted";
import { parseJsonText } from "./json-text";

export type ReplayDialogProps = {
  cycleId: string;
  /** The data of the trigger step: `{ body, query, headers }`. */
  input: z.core.util.JSONType;
  onClose: () => void;
  /** Resolves when the replay is accepted; its rejection is shown here. */
  onReplay: (replay: ReplayInput) => Promise<unknown>;
};

/** Chooses the version that a replay runs on, and edits the data that it begins with, as JSON. */
export function ReplayDialog({ cycleId, input, onClose, onReplay }: ReplayDialogProps) {
  const [before] = useState(() => JSON.stringify(input, null, 2));
  const [text, setText] = useState(before);
  const [version, setVersion] = useState<number>();
  const [refusal, setRefusal] = useState<string>();
  const [working, setWorking] = useState(false);
  const parsed = parseJsonText(text);

  const submit = async () => {
    if ("problem" in parsed || working) return;
    setWorking(true);
    setRefusal(undefined);
    try {
      await onReplay({ version, input: text === before ? undefined : parsed.value });
      onClose();
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
      setWorking(false);
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="lg"
      title="Replay with changes"
      description="It runs as a new transaction. Nobody waits for its response."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <VersionChoice cycleId={cycleId} version={version} onChange={setVersion} />
        <Field
          label="Data"
          hint={`What the first step gives the others.${before.includes(REDACTED) ? ` ${REDACTED_HINT}` : ""}`}
          error={"problem" in parsed ? parsed.problem : refusal}
        >
          <Textarea
            mono
            autoFocus
            rows={16}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
            }}
          />
        </Field>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" loading={working} disabled={"problem" in parsed}>
            Replay
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
