import { describe, expect, it } from "vitest";
import { isInstalled } from "./install.mjs";

const next = { version: "16.4.0", integrity: "sha512-next" };
const vitest = { version: "4.1.0", integrity: "sha512-vitest", dev: true };
const forLinux = { version: "1.0.0", integrity: "sha512-linux", optional: true, os: ["linux"], cpu: ["x64"] };
const forMac = { version: "1.0.0", integrity: "sha512-mac", optional: true, os: ["darwin"], cpu: ["arm64"] };
const lock = {
  packages: {
    "": { name: "spoke" },
    "node_modules/next": next,
    "node_modules/vitest": vitest,
    "node_modules/pg-linux": forLinux,
    "node_modules/pg-mac": forMac,
  },
};

/** The state of a machine with everything, except that `changes` replaces packages; `undefined` takes one away. */
function state(changes: Record<string, object | undefined>, { withDev = true } = {}) {
  const packages = {
    "node_modules/next": next,
    "node_modules/vitest": vitest,
    "node_modules/pg-linux": forLinux,
    ...changes,
  };
  return { lock, installed: { packages }, platform: "linux", arch: "x64", withDev };
}

describe("isInstalled", () => {
  it("is content with what this machine needs", () => {
    expect(isInstalled(state({}))).toBe(true);
  });

  it.each([
    ["nothing was ever installed", { ...state({}), installed: undefined }],
    ["a package is missing", state({ "node_modules/next": undefined })],
    ["a package has another version", state({ "node_modules/next": { ...next, version: "16.3.0" } })],
    ["a package has other content", state({ "node_modules/next": { ...next, integrity: "sha512-other" } })],
    ["the tests' packages are wanted and missing", state({ "node_modules/vitest": undefined })],
    ["a program for this machine is missing", state({ "node_modules/pg-linux": undefined })],
    ["it was installed on another machine", { ...state({}), platform: "darwin", arch: "arm64" }],
  ])("is not when %s", (_reason, found) => {
    expect(isInstalled(found)).toBe(false);
  });

  it("does without the tests' packages where no tests run", () => {
    expect(isInstalled(state({ "node_modules/vitest": undefined }, { withDev: false }))).toBe(true);
  });
});
