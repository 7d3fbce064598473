"use client";
import { KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, FieldError } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

export type SecretFieldProps = {
  label: string;
  hint?: string;
  problem?: string;
  stored: boolean;
  readOnly: boolean;
  /** Stores the secret; null removes it. Rejects with the reason. */
  onStore: (value: string | null) => Promise<unknown>;
};

/** A secret that can be written and replaced, never read. */
export function SecretField({ label, hint, problem, stored, readOnly, onStore }: SecretFieldProps) {
  const [replacing, setReplacing] = useState(false);
  const [value, setValue] = useState("");
  const [storing, setStoring] = useState(false);
  const [error, setError] = useState<string>();
  const typing = !readOnly && (!stored || replacing);

  const store = async (next: string | null) => {
    setStoring(true);
    setError(undefined);
    try {
      await onStore(next);
      setValue("");
      setReplacing(false);
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setStoring(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value !== "") void store(value);
  };

  if (!typing) {
    return (
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium">{label}</span>
        <div className="flex min-h-8 items-center gap-2">
          <KeyRound aria-hidden className="size-4 text-muted" />
          <span className="flex-1">{stored ? "Stored." : "Not stored."}</span>
          {!readOnly && (
            <>
              <Button size="sm" onClick={() => setReplacing(true)}>
                Replace
              </Button>
              <Button size="sm" variant="ghost" loading={storing} onClick={() => void store(null)}>
                Remove
              </Button>
            </>
          )}
        </div>
        <FieldError>{error}</FieldError>
      </div>
    );
  }
  return (
    <form onSubmit={submit}>
      <Field label={label} hint={hint} error={error ?? problem}>
        <Input type="password" autoComplete="off" value={value} onChange={(event) => setValue(event.target.value)} />
      </Field>
      <div className="mt-1.5 flex gap-2">
        <Button type="submit" size="sm" loading={storing} disabled={value === ""}>
          Store
        </Button>
        {replacing && (
          <Button size="sm" variant="ghost" onClick={() => setReplacing(false)}>
            Keep the stored one
          </Button>
        )}
      </div>
    </form>
  );
}
