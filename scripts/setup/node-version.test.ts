import { expect, it } from "vitest";
import { nodeVersionProblem } from "./node-version.mjs";

it.each(["20.19.0", "20.20.2", "22.12.0", "22.21.1", "24.0.0", "26.1.0"])("Node %s will do", (version) => {
  expect(nodeVersionProblem(version)).toBeUndefined();
});

it.each(["12.22.0", "18.20.8", "20.18.3", "21.7.0", "22.11.0", "23.9.0"])(
  "Node %s will not do, and it says why",
  (version) => {
    expect(nodeVersionProblem(version)).toMatch(new RegExp(`this is Node ${version}. Install one`));
  },
);
