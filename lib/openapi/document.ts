import { Problem } from "@/lib/contracts/common";
import type { Access, Operation } from "./operation";
import { operations } from "./operations";
import { components, inlineSchemaOf, type JsonSchema, referredComponents, schemaOf } from "./schemas";

const ROLES: Record<Access, string> = {
  anyone: "Anyone.",
  "signed-in": "Whoever is signed in or has an API key.",
  account: "Whoever may enter the account.",
  "partner-admin": "Partner admins.",
};

const ACCOUNT_HEADER = {
  name: "X-Spoke-Account",
  in: "header",
  required: false,
  description: "The id of the account. A key for one account needs none.",
  schema: { type: "string", format: "uuid" },
};

function pathParameters({ path }: Operation): JsonSchema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Operation): JsonSchema[] {
  if (!query) return [];
  const { properties = {}, required = [] } = inlineSchemaOf(query, "input");
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    in: "query",
    required: (required as string[]).includes(name),
    schema,
  }));
}

function successOf({ output, status }: Operation): JsonSchema {
  if (output === "nothing") return { 204: { description: "Done." } };
  const content =
    output === "csv"
      ? { "text/csv": { schema: { type: "string" } } }
      : { "application/json": { schema: schemaOf(output, "output") } };
  return { [status ?? 200]: { description: "Done.", content } };
}

function toOpenApi(operation: Operation): JsonSchema {
  const { id, summary, tag, access, builder, input, problems = [] } = operation;
  const codes = problems.length > 0 ? ` Refuses with ${problems.join(", ")}.` : "";
  return {
    operationId: id,
    summary,
    description: `${ROLES[access]}${builder ? " Viewers may not." : ""}${codes}`,
    tags: [tag],
    ...(access === "anyone" ? { security: [] } : {}),
    parameters: [
      ...pathParameters(operation),
      ...queryParameters(operation),
      ...(access === "account" ? [ACCOUNT_HEADER] : []),
    ],
    ...(input
      ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(input, "input") } } } }
      : {}),
    responses: { ...successOf(operation), default: { $ref: "#/components/responses/Problem" } },
  };
}

const problemResponse = {
  description: "It was not done. `code` says why and never changes its meaning; `detail` says what to do.",
  content: { "application/problem+json": { schema: schemaOf(Problem, "output") } },
};

/** The OpenAPI 3.1 document of the API, made from the contracts. @param serverUrl where the API is reached */
export function openApiDocument(serverUrl: string): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: toOpenApi(operation) };
  const used = [...referredComponents([paths, problemResponse])].sort();
  return {
    openapi: "3.1.0",
    info: {
      title: "Spoke",
      version: "1",
      description: "Everything that the screens of Spoke do. Times are ISO 8601 in UTC, ids are UUIDs.",
    },
    servers: [{ url: serverUrl }],
    security: [{ apiKey: [] }, { session: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(used.map((name) => [name, components.get(name)])),
      responses: { Problem: problemResponse },
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key, `spk_…`." },
        session: { type: "apiKey", in: "cookie", name: "next-auth.session-token", description: "A signed-in browser." },
      },
    },
  };
}
