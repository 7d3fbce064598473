import { z } from "zod";
import { NamedMapping } from "@/lib/core/mapping";
import { defineStep } from "../types";

function namesOf(fields: NamedMapping[]): string {
  const names = fields.map((field) => field.name).filter(Boolean);
  return names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : "");
}

/** Builds an object by mapping. */
export const setFields = defineStep({
  type: "set-fields",
  label: "Set fields",
  description: "Builds an object from earlier steps' data, typed values and variables.",
  group: "data",
  settings: z.object({ fields: z.array(NamedMapping).max(500).default([]) }),
  fields: [
    { key: "fields", label: "Fields", kind: "named-mappings", hint: "Dots nest: customer.email", required: true },
  ],
  exits: () => ["next"],
  problems: ({ fields }) =>
    fields.some((field) => field.name.trim() === "")
      ? [{ field: "fields", message: "A field has no name. Type one, or remove the field." }]
      : [],
  summary: ({ fields }) => namesOf(fields) || "No fields yet",
  recordSummary: ({ fields }) => namesOf(fields.filter(({ value }) => value.source !== "ignore")),
});
