import { z } from "zod";
import { MAX_SCRIPT_CHARS } from "./script";

/** Where the value of a field comes from. Paths are keys and array positions below the earlier step's data. */
export const Mapping = z.discriminatedUnion("source", [
  z.object({ source: z.literal("ignore") }),
  /** Text with merge fields (merge-text.ts); a text that is one merge field alone keeps the field's type. */
  z.object({ source: z.literal("value"), text: z.string().max(100_000) }),
  z.object({
    source: z.literal("step-field"),
    stepId: z.string().max(64),
    path: z.array(z.union([z.string().max(500), z.number().int().min(0)])).max(100),
  }),
  z.object({ source: z.literal("variable"), name: z.string().max(100) }),
  /** A JavaScript expression for the sandbox, which alone can say its value. */
  z.object({ source: z.literal("script"), code: z.string().max(MAX_SCRIPT_CHARS) }),
]);
export type Mapping = z.infer<typeof Mapping>;
export type MappingSource = Mapping["source"];
/** A mapping whose value an expression gives. */
export type ScriptMapping = Extract<Mapping, { source: "script" }>;

/** A field with a name and a mapped value: a header, a query parameter, a body field. Dots in `name` nest where the step says so. */
export const NamedMapping = z.object({ name: z.string().max(500), value: Mapping });
export type NamedMapping = z.infer<typeof NamedMapping>;
