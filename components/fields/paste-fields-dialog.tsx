"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { isJsonObject, safeJsonParse } from "@/lib/core/json";
import type { NamedMapping } from "@/lib/core/mapping";
import { useFieldScope } from "./field-scope";
import { fieldsFromJson } from "./fields-from-json";

export type PasteFieldsDialogProps = {
  /** Names that the list has already; they are not added again. */
  taken: readonly string[];
  onPaste: (fields: NamedMapping[]) => void;
  onClose: () => void;
};

/** Makes fields from a JSON object that is pasted. */
export function PasteFieldsDialog({ taken, onPaste, onClose }: PasteFieldsDialogProps) {
  const { sources, names } = useFieldScope();
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();

  const paste = () => {
    const json = safeJsonParse(text);
    if (!isJsonObject(json)) return setError("This is not a JSON object. It begins with { and ends with }.");
    const known = new Set(taken);
    const fields = fieldsFromJson(json, { sources, bodyFirst: names.bodyFirst }).filter(({ name }) => !known.has(name));
    if (fields.length === 0) return setError("All of these fields are there already.");
    onPaste(fields);
    onClose();
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Fields from JSON"
      description="Each value becomes a field. Those that an earlier step has under the same name are mapped to it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={paste}>
            Add fields
          </Button>
        </>
      }
    >
      <Field label="JSON" error={error}>
        <Textarea
          mono
          autoFocus
          rows={10}
          value={text}
          spellCheck={false}
          placeholder={'{ "customer": { "email": "buyer@example.com" } }'}
          onChange={(event) => {
            setText(event.target.value);
            setError(undefined);
          }}
        />
      </Field>
    </Dialog>
  );
}
