import { expect, it } from "vitest";
import { parseCycleFile } from "./cycle-list";

it("reads an exported cycle", () => {
  const cycle = { spoke: 1, name: "Order intake", parallelLimit: 10, graph: { steps: [], edges: [], variables: [] } };
  expect(parseCycleFile(JSON.stringify(cycle))).toEqual({ cycle });
});

it.each(["", "{", "<xml/>"])("asks for the exported file when the text is not JSON: %j", (text) => {
  expect(parseCycleFile(text)).toEqual({ problem: expect.stringContaining("not JSON") });
});

it("says where a JSON text is no exported cycle", () => {
  expect(parseCycleFile('{"spoke":1,"name":"A","parallelLimit":0,"graph":{"steps":[],"edges":[]}}')).toEqual({
    problem: expect.stringContaining("parallelLimit"),
  });
});
