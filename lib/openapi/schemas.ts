import { z } from "zod";
import * as accounts from "@/lib/contracts/accounts";
import * as alarms from "@/lib/contracts/alarms";
import * as common from "@/lib/contracts/common";
import * as cycles from "@/lib/contracts/cycles";
import * as held from "@/lib/contracts/held";
import * as listen from "@/lib/contracts/listen";
import * as scripts from "@/lib/contracts/scripts";
import * as system from "@/lib/contracts/system";
import * as transactions from "@/lib/contracts/transactions";
import * as webhooks from "@/lib/contracts/webhooks";
import * as alarmRules from "@/lib/core/alarm-rules";
import * as graph from "@/lib/core/graph";
import * as transaction from "@/lib/core/transaction";

export type JsonSchema = { [key: string]: unknown };
export type Direction = "input" | "output";

/** Contracts by the name of their export; a schema that is exported under a second name keeps its first. */
const named = new Map<z.ZodType, string>();
for (const module of [
  graph,
  transaction,
  alarmRules,
  common,
  accounts,
  cycles,
  transactions,
  held,
  webhooks,
  listen,
  alarms,
  scripts,
  system,
])
  for (const [name, value] of Object.entries(module))
    if (value instanceof z.ZodObject && !named.has(value)) named.set(value, name);

const componentName = (name: string, direction: Direction) =>
  direction === "output" || name.endsWith("Input") ? name : `${name}Input`;

const PREFIX = "#/components/schemas/";
const SHARED = "__shared";

/** Zod puts what recurs without a name into one place; in a JSON pointer that place is written with slashes alone. */
function withPlainReferences(schema: JsonSchema, direction: Direction): JsonSchema {
  const text = JSON.stringify(schema).replaceAll(
    `${PREFIX}${componentName(SHARED, direction)}#/$defs/`,
    `${PREFIX}${componentName(SHARED, direction)}/$defs/`,
  );
  const { $schema, $id, ...plain } = JSON.parse(text) as JsonSchema;
  return plain;
}

function componentsOf(direction: Direction): Map<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, name] of named) registry.add(schema, { id: componentName(name, direction) });
  const { schemas } = z.toJSONSchema(registry, {
    io: direction,
    uri: (id) => PREFIX + (id === SHARED ? componentName(id, direction) : id),
  });
  const entries = Object.entries(schemas as Record<string, JsonSchema>);
  return new Map(
    entries.map(([id, schema]) => [
      id === SHARED ? componentName(id, direction) : id,
      withPlainReferences(schema, direction),
    ]),
  );
}

/** Every contract as JSON Schema by its component's name: as it is sent to the API and as the API answers. */
export const components = new Map([...componentsOf("output"), ...componentsOf("input")]);

/** A reference to a contract's component, or the schema itself when it has no name. */
export function schemaOf(schema: z.ZodType, direction: Direction): JsonSchema {
  const name = named.get(schema);
  if (name) return { $ref: PREFIX + componentName(name, direction) };
  return withPlainReferences(z.toJSONSchema(schema, { io: direction }) as JsonSchema, direction);
}

/** A contract's schema itself. */
export function inlineSchemaOf(schema: z.ZodType, direction: Direction): JsonSchema {
  const name = named.get(schema);
  return name ? components.get(componentName(name, direction))! : schemaOf(schema, direction);
}

/** Names of the components that a value refers to, directly or through others. */
export function referredComponents(value: unknown, found = new Set<string>()): Set<string> {
  for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([\w.-]+)/g)) {
    if (found.has(name!)) continue;
    found.add(name!);
    referredComponents(components.get(name!), found);
  }
  return found;
}
