import type { z } from "zod";
import { type Json, jsonToText } from "@/lib/core/json";
import { formatPath } from "@/lib/core/path";
import { describeSample } from "@/lib/core/schema-of";
import type { WebhookField } from "./definition";

type Field = z.infer<typeof WebhookField>;

const LONGEST_EXAMPLE = 200;
const MOST_FIELDS = 2_000;

/** The fields that a request has shown, parents before their fields, with examples. Headers of every request are left out. */
export function fieldsFromSample(sample: Json): Field[] {
  return describeSample(sample)
    .filter(({ path }) => path.length > 1 && path[0] !== "headers")
    .slice(0, MOST_FIELDS)
    .map(({ path, kind, example }) => {
      const field: Field = { path: formatPath(path), kind: kind === "mixed" ? "text" : kind };
      const isValue = kind !== "object" && kind !== "list";
      return isValue ? { ...field, example: jsonToText(example).slice(0, LONGEST_EXAMPLE) } : field;
    });
}
