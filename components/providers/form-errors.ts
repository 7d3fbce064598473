import type { z } from "zod";
import { ApiError } from "@/lib/client/api";
import { Problem } from "@/lib/contracts/common";

const FieldErrors = Problem.pick({ errors: true });

/** Messages of a form: by the name of the field, and one for all that belongs to none. */
export type FormErrors = { fields: Record<string, string>; form?: string };

export const noErrors: FormErrors = { fields: {} };

/** What a schema found wrong with a form, the first message of each field. */
export function schemaErrors(error: z.ZodError): FormErrors {
  const fields: Record<string, string> = Object.create(null);
  for (const { path, message } of error.issues) fields[String(path[0] ?? "")] ??= message;
  return { fields };
}

/** What the API refused, by field where it says so. `names` are the fields that the form shows. */
export function apiErrors(error: unknown, names: readonly string[]): FormErrors {
  if (!(error instanceof ApiError)) return { fields: {}, form: error instanceof Error ? error.message : String(error) };
  const fields: Record<string, string> = Object.create(null);
  for (const { path, message } of FieldErrors.safeParse(error.problem).data?.errors ?? []) {
    const name = path.split(".")[0] ?? "";
    if (names.includes(name)) fields[name] ??= message;
  }
  return Object.keys(fields).length > 0 ? { fields } : { fields, form: error.message };
}
