import { describe, expect, it } from "vitest";
import { readOptions } from "./options.mjs";
import { root } from "./root.mjs";

describe("readOptions", () => {
  it("starts on port 3000 with data in the checkout when nothing is said", () => {
    expect(readOptions({ args: [], env: {} })).toEqual({
      dataDir: `${root}.data`,
      port: 3000,
      host: undefined,
      publicUrl: "http://localhost:3000",
      databaseUrl: undefined,
      empty: false,
      adminEmail: "admin@spoke.local",
      adminPassword: undefined,
    });
  });

  it("derives the public address from the port", () => {
    expect(readOptions({ args: [], env: { PORT: "4000" } }).publicUrl).toBe("http://localhost:4000");
  });

  it.each([
    { args: ["--empty"], env: {} },
    { args: [], env: { SPOKE_SEED: "empty" } },
  ])("starts empty when told so: $args $env", (given) => {
    expect(readOptions(given).empty).toBe(true);
  });

  it.each([
    [["--fast"], {}, "There is no option --fast"],
    [[], { PORT: "http" }, "PORT must be a whole number"],
    [[], { PORT: "70000" }, "PORT must be a whole number"],
    [[], { SPOKE_ADMIN_PASSWORD: "short" }, "SPOKE_ADMIN_PASSWORD must have 10 characters"],
    [[], { SPOKE_ADMIN_EMAIL: "admin" }, "SPOKE_ADMIN_EMAIL must be an e-mail address"],
  ])("refuses %j %j with a sentence", (args, env, sentence) => {
    expect(() => readOptions({ args, env })).toThrow(sentence);
  });
});
