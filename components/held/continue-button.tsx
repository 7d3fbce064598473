"use client";

import { StepForward } from "lucide-react";
import { useState } from "react";
import type { z } from "zod";
import { parseJsonText } from "@/components/transactions/json-text";
import { Button, type ButtonProps } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { useToast } from "@/components/ui/toast";
import { useContinue } from "@/lib/client/held";

export type ContinueButtonProps = {
  transactionId: string;
  stepId: string;
  /** What the webhook is called, where several could be meant. */
  stepName?: string;
  size?: ButtonProps["size"];
};

const EMPTY_REQUEST = JSON.stringify({ body: {}, query: {}, headers: {} }, null, 2);

/** Continues a transaction from a mid-cycle webhook with data that is typed in place of a request. */
export function ContinueButton({ transactionId, stepId, stepName, size }: ContinueButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={StepForward} size={size} onClick={() => setOpen(true)}>
        {stepName ? (
          <span title={stepName} className="max-w-60 truncate">
            Continue from {stepName}
          </span>
        ) : (
          "Continue"
        )}
      </Button>
      {open && <ContinueDialog transactionId={transactionId} stepId={stepId} onClose={() => setOpen(false)} />}
    </>
  );
}

type ContinueDialogProps = { transactionId: string; stepId: string; onClose: () => void };

function ContinueDialog({ transactionId, stepId, onClose }: ContinueDialogProps) {
  const [text, setText] = useState(EMPTY_REQUEST);
  const [refusal, setRefusal] = useState<string>();
  const run = useContinue();
  const toast = useToast();
  const parsed = parseJsonText(text);

  const submit = async (data: z.core.util.JSONType) => {
    setRefusal(undefined);
    try {
      const { number } = await run.mutateAsync({ id: transactionId, stepId, data });
      toast({
        title: `Continuation ${number} is queued`,
        description: "The steps after the webhook run with this data.",
      });
      onClose();
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      size="lg"
      title="Continue by hand"
      description="What the webhook gives the steps after it, in place of a request's data."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!("problem" in parsed)) void submit(parsed.value);
        }}
      >
        <Field label="Data" error={"problem" in parsed ? parsed.problem : refusal}>
          <Textarea
            mono
            autoFocus
            rows={12}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" loading={run.isPending} disabled={"problem" in parsed}>
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
