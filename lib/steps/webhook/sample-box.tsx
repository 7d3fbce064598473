"use client";
import { ClipboardPaste } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { TimeAgo } from "@/components/ui/time-ago";
import { usePasteSample, useRemoveSample } from "@/lib/client/samples";
import type { StepSampleView } from "@/lib/contracts/cycles";
import type { Json } from "@/lib/core/json";

const contentTypes = [
  { value: "application/json", label: "JSON" },
  { value: "application/xml", label: "XML" },
  { value: "application/x-www-form-urlencoded", label: "Form" },
  { value: "text/csv", label: "CSV" },
  { value: "text/plain", label: "Text" },
];

/** Content type of a pasted text, by how it begins. */
function guess(text: string): string | undefined {
  const start = text.trimStart();
  if (start.startsWith("{") || start.startsWith("[")) return "application/json";
  if (start.startsWith("<")) return "application/xml";
  return /^[\w.[\]%-]+=[^\s]*(&|$)/.test(start) ? "application/x-www-form-urlencoded" : undefined;
}

export type SampleBoxProps = {
  cycleId: string;
  stepId: string;
  flush: () => Promise<boolean>;
  sample: StepSampleView | undefined;
  onPasted: (data: Json) => void;
};

/** A box to paste a body into, which makes the fields and becomes the sample of the step. */
export function SampleBox({ cycleId, stepId, flush, sample, onPasted }: SampleBoxProps) {
  const [open, setOpen] = useState(false);
  const [body, setBody] = useState("");
  const [contentType, setContentType] = useState("application/json");
  const paste = usePasteSample(cycleId, stepId);
  const remove = useRemoveSample(cycleId, stepId);

  const use = async () => {
    // The server knows a step only once the draft with it is saved.
    await flush();
    // Not as a callback of `mutate`: those are dropped when another step is selected before the answer.
    const stored = await paste.mutateAsync({ body, contentType }).catch(() => undefined);
    if (!stored) return;
    onPasted(stored.data as Json);
    setBody("");
    setOpen(false);
  };

  if (!open) {
    return (
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" icon={ClipboardPaste} onClick={() => setOpen(true)}>
          Paste a sample
        </Button>
        {sample?.source === "pasted" && sample.at && (
          <span className="flex items-center gap-1 text-sm text-muted">
            <span>
              Pasted <TimeAgo date={sample.at} />
            </span>
            <Button size="sm" variant="ghost" loading={remove.isPending} onClick={() => remove.mutate()}>
              Forget it
            </Button>
          </span>
        )}
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-2 rounded-md border p-2">
      <Field label="Body of a request" error={paste.error?.message}>
        <Textarea
          mono
          autoFocus
          rows={8}
          value={body}
          spellCheck={false}
          placeholder={'{ "order": { "id": "A-10", "total": 120.5 } }'}
          onChange={(event) => {
            setBody(event.target.value);
            setContentType(guess(event.target.value) ?? contentType);
          }}
        />
      </Field>
      <div className="flex items-center gap-2">
        <Select
          size="sm"
          aria-label="Content type"
          value={contentType}
          options={contentTypes}
          onChange={(event) => setContentType(event.target.value)}
          className="w-24!"
        />
        <span className="flex-1" />
        <Button size="sm" variant="ghost" onClick={() => setOpen(false)}>
          Cancel
        </Button>
        <Button size="sm" variant="primary" loading={paste.isPending} disabled={body.trim() === ""} onClick={use}>
          Make the fields
        </Button>
      </div>
    </div>
  );
}
