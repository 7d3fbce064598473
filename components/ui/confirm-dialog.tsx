"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Field, FieldError } from "./field";
import { Input } from "./input";

export type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Names the object: `Delete "Order intake" and its 2 webhook URLs`. */
  title: string;
  /** What goes with it: "Requests to them will get 404." */
  consequences: ReactNode;
  /** The verb on the button: "Delete cycle". */
  confirmLabel: string;
  /** The other button, where "Cancel" could be taken for the deed itself. */
  dismissLabel?: string;
  tone?: "danger" | "primary";
  /** Asks to type this first. Only for what cannot be undone. */
  typeToConfirm?: string;
  /** Does it. The dialog closes when it resolves; when it rejects, it stays open and shows the error's message. */
  onConfirm: () => unknown;
  /** Where the focus goes when it closes; left out: back to where it was. `preventDefault` keeps it from going there. */
  onCloseAutoFocus?: (event: Event) => void;
};

/** Asks before something destructive; focus starts on Cancel, or on the name to type. */
export function ConfirmDialog({ open, onOpenChange, title, onCloseAutoFocus, ...rest }: ConfirmDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} size="sm" title={title} onCloseAutoFocus={onCloseAutoFocus}>
      <ConfirmForm {...rest} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

type ConfirmFormProps = Omit<ConfirmDialogProps, "open" | "onOpenChange" | "title" | "onCloseAutoFocus"> & {
  onClose: () => void;
};

function ConfirmForm({
  consequences,
  confirmLabel,
  dismissLabel = "Cancel",
  tone = "danger",
  typeToConfirm,
  onConfirm,
  onClose,
}: ConfirmFormProps) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string>();
  const [working, setWorking] = useState(false);
  const ready = typeToConfirm === undefined || typed.trim() === typeToConfirm;

  const confirm = async () => {
    setWorking(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
      setWorking(false);
    }
  };

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !working) void confirm();
      }}
    >
      <div className="text-muted break-words">{consequences}</div>
      {typeToConfirm !== undefined && (
        <Field label={<span className="break-words">Type “{typeToConfirm}” to confirm</span>}>
          <Input
            autoFocus
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      )}
      <div role="alert">
        <FieldError>{error}</FieldError>
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button autoFocus={typeToConfirm === undefined} onClick={onClose}>
          {dismissLabel}
        </Button>
        <Button type="submit" variant={tone} loading={working} disabled={!ready}>
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}
