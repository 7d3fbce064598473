import { describe, expect, it } from "vitest";
import type { Graph } from "@/lib/core/graph";
import { copySteps, pasteSteps, readClipboard, writeClipboard } from "./clipboard";
import { graphOf, toContent } from "./draft";

const graph: Graph = {
  steps: [
    { id: "hook_1", type: "webhook", name: "Order", position: { x: 0, y: 0 }, settings: { fields: [] } },
    {
      id: "set_1",
      type: "set-fields",
      name: "Invoice",
      position: { x: 320, y: 0 },
      settings: { fields: [{ name: "id", value: { source: "step-field", stepId: "hook_1", path: ["body", "id"] } }] },
    },
    {
      id: "http_1",
      type: "http-request",
      name: "Send",
      position: { x: 640, y: 0 },
      settings: {
        url: "https://x.example/{{set_1.id}}/{{hook_1.body.id}}",
        headers: [{ name: "X-Id", value: { source: "value", text: "{{set_1.id}}" } }],
      },
    },
  ],
  edges: [
    { from: "hook_1", exit: "next", to: "set_1" },
    { from: "set_1", exit: "next", to: "http_1" },
  ],
  variables: [],
};

function randomFrom(numbers: number[]) {
  let at = 0;
  return () => numbers[at++ % numbers.length] ?? 0;
}

function copied(ids: string[]) {
  const clip = readClipboard(writeClipboard(copySteps(toContent(graph), ids)));
  if (!clip) throw new Error("The clipboard could not be read");
  return clip;
}

const paste = (into: Graph, ids: string[]) =>
  graphOf(pasteSteps(toContent(into), copied(ids), { random: randomFrom([0.1, 0.7, 0.3, 0.9]) }));

describe("the clipboard", () => {
  it("carries steps with the edges between them as text", () => {
    const clip = copied(["set_1", "http_1"]);
    expect(clip.steps.map((step) => step.id)).toEqual(["set_1", "http_1"]);
    expect(clip.edges).toEqual([{ from: "set_1", exit: "next", to: "http_1" }]);
  });

  it.each(["", "hello", '{"spoke":1}', '{"spoke":"steps","steps":[]}', '{"spoke":"steps"'])(
    "takes nothing from %j",
    (text) => expect(readClipboard(text)).toBeUndefined(),
  );

  it("gives copies new ids and free names, and points them at each other", () => {
    const pasted = paste(graph, ["set_1", "http_1"]);
    const [set, http] = pasted.steps.slice(3);
    expect(new Set(pasted.steps.map((step) => step.id)).size).toBe(5);
    expect([set?.name, http?.name]).toEqual(["Invoice 2", "Send 2"]);
    expect(pasted.edges.at(-1)).toEqual({ from: set?.id, exit: "next", to: http?.id });
    expect(http?.settings.url).toBe(`https://x.example/{{${set?.id}.id}}/{{hook_1.body.id}}`);
    expect(JSON.stringify(http?.settings.headers)).toContain(`{{${set?.id}.id}}`);
  });

  it("leaves what copies read from steps that were not copied as it is", () => {
    const pasted = paste(graph, ["set_1"]);
    expect(JSON.stringify(pasted.steps.at(-1)?.settings)).toContain('"stepId":"hook_1"');
  });

  it("keeps ids of another cycle apart", () => {
    const pasted = paste({ steps: [], edges: [], variables: [] }, ["hook_1", "set_1"]);
    const [hook, set] = pasted.steps;
    expect(hook?.id).not.toBe("hook_1");
    expect(JSON.stringify(set?.settings)).toContain(`"stepId":"${hook?.id}"`);
    expect(set?.name).toBe("Invoice");
  });

  it("covers no step with its copy", () => {
    const pasted = paste(graph, ["set_1"]);
    const places = pasted.steps.map(({ position }) => `${position.x} ${position.y}`);
    expect(new Set(places).size).toBe(places.length);
  });
});
