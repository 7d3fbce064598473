"use client";

import { CircleAlert } from "lucide-react";
import { createContext, type ReactNode, useContext, useId } from "react";
import { cx } from "./cx";

type FieldControl = { id: string; describedBy?: string; invalid: boolean; required: boolean };

const FieldContext = createContext<FieldControl | null>(null);

type ControlProps = {
  id?: string;
  required?: boolean;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean | "true" | "false" | "grammar" | "spelling";
};

/** What ties a control to the `Field` around it: id, description, error, required. The control's own props win. */
export function useFieldControl(props: ControlProps): ControlProps {
  const field = useContext(FieldContext);
  if (!field) return {};
  return {
    id: props.id ?? field.id,
    required: props.required ?? (field.required || undefined),
    "aria-describedby": props["aria-describedby"] ?? field.describedBy,
    "aria-invalid": props["aria-invalid"] ?? (field.invalid || undefined),
  };
}

/** The name of a control. `optional` is written out, because most fields are needed. */
export function Label({ htmlFor, optional, children }: { htmlFor?: string; optional?: boolean; children: ReactNode }) {
  return (
    <label htmlFor={htmlFor} className="text-sm font-medium text-fg">
      {children}
      {optional && <span className="ml-1 font-normal text-faint">optional</span>}
    </label>
  );
}

/** What is wrong with a field and what to do about it. Nothing is drawn without a message. */
export function FieldError({ id, children }: { id?: string; children?: ReactNode }) {
  if (!children) return null;
  return (
    <p id={id} className="flex items-start gap-1.5 text-sm text-failed-fg">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

export type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  /** Writes "optional" behind the label. */
  optional?: boolean;
  /** At the right end of the label's line, e.g. a link "Forgot password". */
  action?: ReactNode;
  className?: string;
  /** One control of this folder; it takes its id and description from here. */
  children: ReactNode;
};

/** A label, one control, a hint and an error, wired together for a screen reader. */
export function Field({ label, hint, error, required = false, optional, action, className, children }: FieldProps) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <FieldContext value={{ id, describedBy: described || undefined, invalid: Boolean(error), required }}>
      <div className={cx("flex min-w-0 flex-col gap-1", className)}>
        <div className="flex items-baseline justify-between gap-2">
          <Label htmlFor={id} optional={optional}>
            {label}
          </Label>
          {action}
        </div>
        {children}
        <FieldError id={`${id}-error`}>{error}</FieldError>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </FieldContext>
  );
}
