"use client";

import { type ReactNode, useState } from "react";
import type { z } from "zod";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { apiErrors, type FormErrors, noErrors, schemaErrors } from "./form-errors";
import { useFocusInvalid } from "./use-focus-invalid";

export type FormDialogProps<Output> = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** The verb on the button: "Create user". */
  submitLabel: string;
  schema: z.ZodType<Output>;
  /** What the form holds now, before the schema has looked at it. */
  values: () => Record<string, unknown>;
  /** Does it. The dialog closes when it resolves; when it rejects, it stays open and shows why. */
  onSubmit: (input: Output) => Promise<unknown>;
  /** Leaves it to the caller to close or to replace the dialog after `onSubmit`. */
  keepOpen?: boolean;
  /** The fields, with the message of each. */
  children: (errors: FormErrors["fields"]) => ReactNode;
};

/** A form in a dialog: checked against its contract before it is sent, with the API's refusals beside the fields. */
export function FormDialog<Output>({ open, onOpenChange, title, description, size, ...form }: FormDialogProps<Output>) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={description} size={size ?? "sm"}>
      <DialogForm {...form} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

export type DialogFormProps<Output> = Pick<
  FormDialogProps<Output>,
  "submitLabel" | "schema" | "values" | "onSubmit" | "keepOpen" | "children"
> & { onClose: () => void };

/** The form of a FormDialog by itself, for a dialog that shows something else afterwards. */
export function DialogForm<Output>(props: DialogFormProps<Output>) {
  const { submitLabel, schema, values, onSubmit, keepOpen, children, onClose } = props;
  const [errors, setErrors] = useState<FormErrors>(noErrors);
  const [working, setWorking] = useState(false);
  const formRef = useFocusInvalid(errors);

  const submit = async () => {
    const filled = values();
    const parsed = schema.safeParse(filled);
    if (!parsed.success) return setErrors(schemaErrors(parsed.error));
    setErrors(noErrors);
    setWorking(true);
    try {
      await onSubmit(parsed.data);
      if (!keepOpen) onClose();
    } catch (error) {
      setErrors(apiErrors(error, Object.keys(filled)));
      setWorking(false);
    }
  };

  return (
    <form
      ref={formRef}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!working) void submit();
      }}
    >
      {children(errors.fields)}
      {errors.form && <Banner tone="error">{errors.form}</Banner>}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" loading={working}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
