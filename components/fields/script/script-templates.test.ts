import { describe, expect, it } from "vitest";
import { scriptEvents } from "@/lib/script/job";
import { declares, scriptTemplates, templatesFor } from "./script-templates";

describe("declares", () => {
  it.each([
    ["a function", "function after_webhook() {}", true],
    ["an async one", "async function after_webhook() {}", true],
    ["a constant", "const after_webhook = () => {}", true],
    ["nothing like it", "function after_webhook_2() {}", false],
    ["a comment", "// function after_webhook() {}\n/* const after_webhook\n = 1 */", false],
    ["a call", "after_webhook()", false],
  ])("sees whether %s declares an event", (_, code, there) => {
    expect(declares(code, "after_webhook")).toBe(there);
  });
});

it("gives each step the templates of its events, and the body of a Script step none", () => {
  const events = templatesFor({ form: "events", events: ["before_action", "after_action"] }).map(({ event }) => event);
  expect(events).toEqual(["before_action", "after_action"]);
  expect(templatesFor({ form: "step" })).toEqual([]);
});

it.each(scriptTemplates)("$label declares the event that it is for", ({ event, code }) => {
  expect(scriptEvents.filter((name) => declares(code, name))).toEqual([event]);
});
