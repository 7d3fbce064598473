import { describe, expect, it } from "vitest";
import { layoutBoxes } from "./layout";

const box = (id: string) => ({ id, width: 240, height: 80 });
const at = (positions: Map<string, { x: number; y: number }>, id: string) => positions.get(id) ?? { x: NaN, y: NaN };

describe("layoutBoxes", () => {
  it("puts each step to the right of the one that leads to it", () => {
    const positions = layoutBoxes(
      [box("c"), box("b"), box("a")],
      [
        { source: "a", target: "b" },
        { source: "b", target: "c" },
      ],
      8,
    );
    expect(at(positions, "a").x + 240).toBeLessThan(at(positions, "b").x);
    expect(at(positions, "b").x + 240).toBeLessThan(at(positions, "c").x);
  });

  it("puts the targets of a step's exits below each other, none over another", () => {
    const positions = layoutBoxes(
      [box("a"), box("b"), box("c")],
      [
        { source: "a", target: "b" },
        { source: "a", target: "c" },
      ],
      8,
    );
    expect(Math.abs(at(positions, "b").y - at(positions, "c").y)).toBeGreaterThanOrEqual(80);
  });

  it("puts what has no edge below everything else", () => {
    const positions = layoutBoxes([box("note"), box("a"), box("b")], [{ source: "a", target: "b" }], 8);
    expect(at(positions, "note").y).toBeGreaterThan(at(positions, "a").y + 80);
  });

  it("puts every position on the grid", () => {
    const positions = layoutBoxes(
      [box("a"), box("b"), box("c")],
      [
        { source: "a", target: "b" },
        { source: "a", target: "c" },
      ],
      16,
    );
    expect([...positions.values()].flatMap(({ x, y }) => [x % 16, y % 16]).every((rest) => Math.abs(rest) === 0)).toBe(
      true,
    );
  });

  it("lays out 500 steps", () => {
    const boxes = Array.from({ length: 500 }, (_, index) => box(`s${index}`));
    const edges = boxes.slice(1).map((target, index) => ({ source: `s${Math.floor(index / 2)}`, target: target.id }));
    expect(layoutBoxes(boxes, edges, 8).size).toBe(500);
  });
});
