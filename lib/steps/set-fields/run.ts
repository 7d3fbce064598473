import { nestFields } from "@/lib/core/nest";
import type { NamedValue, StepRunner } from "../types";
import type { setFields } from "./definition";

/** Builds the object; fields whose value is missing are left out. */
export const runSetFields: StepRunner<typeof setFields> = ({ settings: { fields } }) => ({
  kind: "continue",
  exit: "next",
  output: nestFields(fields as NamedValue[]),
});
