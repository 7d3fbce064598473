import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "./document";
import { operations } from "./operations";

const ROUTES = "app/api/v1";

/** `GET /cycles/{id}` and so on, for every method that a route file exports. */
const routes = readdirSync(ROUTES, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("route.ts") && !path.startsWith("[...path]"))
  .flatMap((path) => {
    const source = readFileSync(`${ROUTES}/${path}`, "utf8");
    const methods = [...source.matchAll(/export const (GET|POST|PUT|PATCH|DELETE)\b/g)].map(([, method]) => method);
    const address = `/${path.replace(/\/route\.ts$/, "").replace(/\[(\w+)\]/g, "{$1}")}`;
    return methods.map((method) => `${method} ${address}`);
  });

const document = openApiDocument("https://spoke.example/api/v1");

describe("operations", () => {
  it("are the routes that there are, no more and no fewer", () => {
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(routes.sort());
  });

  it("have names of their own", () => {
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });
});

describe("openApiDocument", () => {
  it("refers to nothing that it doesn't hold", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!);
    const missing = references.filter((reference) => {
      const path = reference.slice(2).split("/");
      const target = path.reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined)?.[key],
        document,
      );
      return !reference.startsWith("#/") || target === undefined;
    });
    expect([...new Set(missing)]).toEqual([]);
    expect(references.length).toBeGreaterThan(50);
  });

  it("asks for what a caller must send, not for what is filled in", () => {
    const { schemas } = document.components as { schemas: Record<string, { required?: string[] }> };
    expect(schemas.CreateApiKeyInput?.required).toEqual(["name"]);
    expect(schemas.GraphInput?.required).toEqual(["steps", "edges"]);
    expect(schemas.Graph?.required).toEqual(["steps", "edges", "variables"]);
  });

  it("names the account only where there is one to pick", () => {
    const paths = document.paths as Record<
      string,
      Record<string, { parameters: { name: string }[]; security?: unknown }>
    >;
    expect(paths["/cycles/{id}"]?.get?.parameters.map(({ name }) => name)).toEqual(["id", "X-Spoke-Account"]);
    expect(paths["/users"]?.get?.parameters).toEqual([]);
    expect(paths["/openapi.json"]?.get?.security).toEqual([]);
  });
});
