"use client";

import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useFocusInvalid } from "@/components/providers/use-focus-invalid";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { parseCycleFile } from "@/lib/client/cycle-file";
import { useImportCycle } from "@/lib/client/cycle-list";
import type { CycleView } from "@/lib/contracts/cycles";

export type ImportDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onImported: (cycle: CycleView) => void;
};

/** Makes a cycle from an exported one: a file, or its pasted text. */
export function ImportDialog({ open, onOpenChange, onImported }: ImportDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Import a cycle"
      description="It gets webhook URLs of its own and is not started. Secrets are not in the file: set them afterwards."
    >
      <ImportForm
        onCancel={() => onOpenChange(false)}
        onImported={(cycle) => {
          onOpenChange(false);
          onImported(cycle);
        }}
      />
    </Dialog>
  );
}

function ImportForm({ onCancel, onImported }: { onCancel: () => void; onImported: (cycle: CycleView) => void }) {
  const fileInput = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<{ sentence: string }>();
  const importCycle = useImportCycle();
  const formRef = useFocusInvalid(problem ?? importCycle.error);

  const submit = () => {
    const parsed = parseCycleFile(text);
    if ("problem" in parsed) return setProblem({ sentence: parsed.problem });
    setProblem(undefined);
    importCycle.mutate(parsed.cycle, { onSuccess: onImported });
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    setText(await file.text());
    setProblem(undefined);
  };

  return (
    <form
      ref={formRef}
      className="flex flex-col gap-4"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer.files[0]);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (!importCycle.isPending) submit();
      }}
    >
      <Field
        label="Exported cycle"
        hint="Paste its JSON, drop the file here, or choose it."
        error={problem?.sentence ?? importCycle.error?.message}
        action={
          <Button size="sm" icon={Upload} onClick={() => fileInput.current?.click()}>
            Choose a file
          </Button>
        }
      >
        <Textarea
          mono
          autoFocus
          rows={8}
          spellCheck={false}
          placeholder={'{ "spoke": 1, "name": …'}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <input
        ref={fileInput}
        type="file"
        accept=".json,application/json"
        aria-label="File"
        className="hidden"
        onChange={(event) => void take(event.target.files?.[0])}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={importCycle.isPending} disabled={text.trim() === ""}>
          Import
        </Button>
      </div>
    </form>
  );
}
