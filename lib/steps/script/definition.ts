import { z } from "zod";
import { MAX_SCRIPT_CHARS } from "@/lib/core/script";
import { defineStep } from "../types";

/** Runs JavaScript in the sandbox; what it returns is the step's data. */
export const script = defineStep({
  type: "script",
  label: "Script",
  description: "Runs JavaScript on earlier steps' data and goes on with what it returns.",
  group: "data",
  fallible: true,
  settings: z.object({ code: z.string().max(MAX_SCRIPT_CHARS).default("") }),
  fields: [
    {
      key: "code",
      label: "Code",
      kind: "script",
      script: { form: "step" },
      required: true,
      hint: "End it with return: what it returns is the step's data.",
    },
  ],
  exits: () => ["next"],
  summary: ({ code }) => firstLine(code) || "No code yet",
});

function firstLine(code: string): string {
  const line = code.split("\n").find((one) => one.trim() !== "" && !one.trim().startsWith("//"));
  return (line ?? "").trim().slice(0, 80);
}
