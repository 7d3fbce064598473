"use client";

import { useState } from "react";
import type { z } from "zod";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { parseJsonText } from "./json-text";

export type ReplayDialogProps = {
  /** The data of the trigger step: `{ body, query, headers }`. */
  input: z.core.util.JSONType;
  onClose: () => void;
  /** Resolves when the replay is accepted; its rejection is shown here. */
  onReplay: (input: z.core.util.JSONType) => Promise<unknown>;
};

/** Edits the data that a replay begins with, as JSON. */
export function ReplayDialog({ input, onClose, onReplay }: ReplayDialogProps) {
  const [text, setText] = useState(() => JSON.stringify(input, null, 2));
  const [refusal, setRefusal] = useState<string>();
  const [working, setWorking] = useState(false);
  const parsed = parseJsonText(text);

  const submit = async () => {
    if ("problem" in parsed || working) return;
    setWorking(true);
    setRefusal(undefined);
    try {
      await onReplay(parsed.value);
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
      title="Replay with changed data"
      description="What the first step gives the others. It runs on the published version, as a new transaction."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label="Data" error={"problem" in parsed ? parsed.problem : refusal}>
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
