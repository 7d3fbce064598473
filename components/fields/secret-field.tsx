"use client";
import { KeyRound } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

export type SecretFieldProps = {
  label: string;
  hint?: string;
  problem?: string;
  stored: boolean;
  readOnly: boolean;
  /** What comes of removing it, as a sentence. */
  removal?: string;
  /** Stores the secret; null removes it. Rejects with the reason. */
  onStore: (value: string | null) => Promise<unknown>;
};

/** A secret that can be written and replaced, never read. Removing it asks first. */
export function SecretField({ label, hint, problem, stored, readOnly, removal, onStore }: SecretFieldProps) {
  const [replacing, setReplacing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [value, setValue] = useState("");
  const [storing, setStoring] = useState(false);
  const [error, setError] = useState<string>();
  const typing = !readOnly && (!stored || replacing);
  const { input, replace, move } = useMovedFocus(typing);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (value === "") return;
    setStoring(true);
    setError(undefined);
    try {
      move();
      await onStore(value);
      setValue("");
      setReplacing(false);
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setStoring(false);
    }
  };
  const typeAnother = (wish: boolean) => {
    move();
    setReplacing(wish);
  };

  return (
    <>
      {typing ? (
        <form onSubmit={submit}>
          <Field label={label} hint={hint} error={error ?? problem}>
            <Input
              ref={input}
              type="password"
              autoComplete="off"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          </Field>
          <div className="mt-1.5 flex gap-2">
            <Button type="submit" size="sm" loading={storing} disabled={value === ""}>
              Store
            </Button>
            {replacing && (
              <Button size="sm" variant="ghost" onClick={() => typeAnother(false)}>
                Keep the stored one
              </Button>
            )}
          </div>
        </form>
      ) : (
        <div className="flex flex-col gap-1">
          <span className="text-sm font-medium">{label}</span>
          <div className="flex min-h-8 items-center gap-2">
            <KeyRound aria-hidden className="size-4 text-muted" />
            <span className="flex-1">{stored ? "Stored." : "Not stored."}</span>
            {!readOnly && (
              <>
                <Button ref={replace} size="sm" onClick={() => typeAnother(true)}>
                  Replace
                </Button>
                <Button size="sm" variant="ghost" onClick={() => setRemoving(true)}>
                  Remove
                </Button>
              </>
            )}
          </div>
        </div>
      )}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove “${label}”`}
        consequences={`${removal ?? "What needs it fails until another one is stored."} What is removed can't be brought back.`}
        confirmLabel="Remove"
        onConfirm={async () => {
          move();
          await onStore(null);
        }}
        onCloseAutoFocus={(event) => {
          if (!input.current) return;
          event.preventDefault();
          input.current.focus();
        }}
      />
    </>
  );
}

/** Takes the focus along when what is shown changes because somebody pressed a button of it: that button is gone then. */
function useMovedFocus(typing: boolean) {
  const input = useRef<HTMLInputElement>(null);
  const replace = useRef<HTMLButtonElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    (typing ? input : replace).current?.focus();
  }, [typing]);
  const move = () => {
    moved.current = true;
  };
  return { input, replace, move };
}
