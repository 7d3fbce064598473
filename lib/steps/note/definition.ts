import { z } from "zod";
import { defineStep } from "../types";

/** Text on the canvas; never part of a run. */
export const note = defineStep({
  type: "note",
  label: "Note",
  description: "Text on the canvas for the people who build the cycle.",
  group: "note",
  annotation: true,
  settings: z.object({ text: z.string().max(10_000).default("") }),
  fields: [{ key: "text", label: "Text", kind: "textarea" }],
  exits: () => [],
  summary: ({ text }) => text,
});
