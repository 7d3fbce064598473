import { build } from "esbuild";
import { expect, it } from "vitest";
import { bundleOptions } from "@/scripts/setup/build.mjs";

it("the programs load the SDK only when traces are wanted", async () => {
  const { metafile } = await build({ ...bundleOptions("dist"), write: false, metafile: true });
  const programs = Object.entries(metafile.outputs).filter(([path]) => /\/(server|worker)\.js$/.test(path));
  expect(programs).toHaveLength(2);
  for (const [, { imports }] of programs) {
    const ofTheSdk = imports.filter(({ path }) => path.startsWith("@opentelemetry/"));
    expect(ofTheSdk.map(({ path }) => path).sort()).toEqual([
      "@opentelemetry/api",
      "@opentelemetry/exporter-trace-otlp-http",
      "@opentelemetry/resources",
      "@opentelemetry/sdk-trace-base",
    ]);
    expect(new Set(ofTheSdk.map(({ kind }) => kind))).toEqual(new Set(["dynamic-import"]));
  }
});
