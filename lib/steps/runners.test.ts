import { expect, test } from "vitest";
import { stepDefinitions } from "./definitions";
import { runnerOf, stepRunners } from "./runners";

test("every step type has a runner", () => {
  expect(Object.keys(stepRunners).sort()).toEqual(Object.keys(stepDefinitions).sort());
});

test("knows no runner for what is no type, whatever objects inherit", () => {
  expect(runnerOf("teleport")).toBeUndefined();
  expect(runnerOf("constructor")).toBeUndefined();
});
