import { expect, it } from "vitest";
import { parseCycleFile } from "./cycle-file";

const step = { id: "order", type: "webhook", name: "Order", position: { x: 0, y: 0 }, settings: {} };
const cycle = { spoke: 1, name: "Orders", parallelLimit: 10, graph: { steps: [step], edges: [], variables: [] } };
const problemOf = (file: unknown) => parseCycleFile(typeof file === "string" ? file : JSON.stringify(file));

it("reads an exported cycle", () => {
  expect(parseCycleFile(JSON.stringify(cycle))).toEqual({ cycle });
});

it.each([
  { file: "<html>", says: /^This is not JSON\. Choose the file that Export made/ },
  { file: { name: "x" }, says: /^This is not an exported cycle: it has no "spoke": 1\. Choose/ },
  { file: [cycle], says: /it has no "spoke": 1/ },
  { file: "null", says: /it has no "spoke": 1/ },
  { file: { ...cycle, spoke: 2 }, says: /^The file has another format than "spoke": 1\./ },
  { file: { ...cycle, graph: undefined }, says: /At graph: It is missing\.$/ },
  { file: { ...cycle, name: "" }, says: /At name: Type a name\.$/ },
  { file: { ...cycle, parallelLimit: 5_000 }, says: /At parallelLimit: It is more than 1000\.$/ },
  { file: { ...cycle, graph: { ...cycle.graph, edges: "none" } }, says: /At graph\.edges: It is no list\.$/ },
  {
    file: { ...cycle, graph: { ...cycle.graph, steps: [{ ...step, name: 7 }] } },
    says: /At graph\.steps\[0\]\.name: It is no text\.$/,
  },
  {
    file: { ...cycle, graph: { ...cycle.graph, steps: [{ ...step, id: "Order 1" }] } },
    says: /At graph\.steps\[0\]\.id: Step ids are lower-case letters, digits and underscores\.$/,
  },
])("says what is wrong with $file", ({ file, says }) => {
  expect(problemOf(file)).toEqual({ problem: expect.stringMatching(says) });
});
