import type { CycleView } from "@/lib/contracts/cycles";
import { Canvas, savedEdges } from "./canvas";
import { expect, test } from "./fixtures";
import { field, graph, step, text } from "./graphs";

test.use({ viewport: { width: 1600, height: 900 } });

const set = (id: string) => step(id, "set-fields", { fields: [field("a", text("b"))] });
const chain = graph([step("in", "webhook"), set("first"), set("second")], ["in", "first", "second"]);

test("draws a cycle by dragging steps onto the canvas and connecting them", async ({ account, page }) => {
  const { id } = await account.call<CycleView>("POST", "/cycles", { name: "Drawn" });
  const canvas = new Canvas(page);
  await canvas.open(account, id);
  await expect(canvas.region).toContainText("It begins with a webhook");
  await canvas.dragIn("Webhook", { x: 180, y: 300 });
  await canvas.dragIn("Decision", { x: 500, y: 300 });
  await canvas.dragIn("Stop", { x: 500, y: 560 });
  await canvas.connect("Webhook", "Decision");
  await canvas.connect("Decision", "Stop", "false");
  await expect(canvas.edges).toHaveCount(2);
  await canvas.saved();
  await expect.poll(() => savedEdges(account, id)).toEqual(["Decision false-> Stop", "Webhook -> Decision"]);
});

test("a click in the palette adds after the selected step, found by a search", async ({ account, page }) => {
  const { id } = await account.call<CycleView>("POST", "/cycles", { name: "Clicked" });
  const canvas = new Canvas(page);
  await canvas.open(account, id);
  await page.getByRole("button", { name: "Add a Webhook" }).click();
  await canvas.palette.getByRole("textbox", { name: "Search step types" }).fill("compares");
  await expect(canvas.palette.getByRole("listitem")).toHaveText(["Decision"]);
  await canvas.add("Decision");
  await canvas.palette.getByRole("button", { name: "Clear the search" }).click();
  await canvas.add("Delay");
  await canvas.step("Decision").click();
  await canvas.add("Stop");
  await canvas.saved();
  await expect
    .poll(() => savedEdges(account, id))
    .toEqual(["Decision false-> Stop", "Decision true-> Delay", "Webhook -> Decision"]);
});

test("refuses edges that make no sense and says why", async ({ account, page }) => {
  const cycle = await account.cycle(chain, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  const circle = "first comes before second, so this would close a circle.";
  await canvas.drawEdge("second", "first");
  await expect(canvas.region.getByText(circle)).toBeVisible();
  await page.mouse.up();
  await expect(page.getByRole("listitem").filter({ hasText: circle })).toBeVisible();

  const start = "in begins the cycle, so nothing leads into it.";
  await canvas.connect("second", "in");
  await expect(page.getByRole("listitem").filter({ hasText: start })).toBeVisible();
  await expect(canvas.edges).toHaveCount(2);

  await expect(canvas.paletteEntry("Webhook")).toBeEnabled(); // a second one can stand in the middle
});

test("puts steps into an edge, from the palette and by the edge's button", async ({ account, page }) => {
  const cycle = await account.cycle(graph([step("in", "webhook"), set("last")], ["in", "last"]), { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.dragInto("Delay", "in", "last");
  await expect(canvas.edges).toHaveCount(2);

  await canvas.insertBetween("Delay", "last");
  await page.getByPlaceholder("Search step types…").fill("HTTP");
  await canvas.takeFound("HTTP request");
  await canvas.saved();
  await expect
    .poll(() => savedEdges(account, cycle.id))
    .toEqual(["Delay -> HTTP request", "HTTP request -> last", "in -> Delay"]);
});

test("offers the next step where an edge is let go", async ({ account, page }) => {
  const cycle = await account.cycle(graph([step("in", "webhook")]), { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.drawEdgeTo("in", { x: 900, y: 200 });
  await page.getByRole("option", { name: /^Set fields/ }).click();
  await canvas.saved();
  await expect.poll(() => savedEdges(account, cycle.id)).toEqual(["in -> Set fields"]);
});

test("steps are moved with the mouse, arranged, and shown on the map", async ({ account, page }) => {
  const cycle = await account.cycle(chain, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await expect(canvas.region.getByRole("img", { name: "Map of the cycle" })).toBeVisible();
  const positions = async () => {
    const { draft } = await account.call<CycleView>("GET", `/cycles/${cycle.id}`);
    return draft.steps.map(({ position }) => position);
  };
  const before = await positions();
  await canvas.step("second").hover();
  await page.mouse.down();
  await page.mouse.move(900, 700, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => (await positions())[2]?.y).toBeGreaterThan(before[2]?.y ?? 0);
  expect((await positions()).slice(0, 2)).toEqual(before.slice(0, 2));

  await canvas.region.getByRole("button", { name: "Arrange the steps" }).click();
  await expect.poll(async () => new Set((await positions()).map(({ y }) => y)).size).toBe(1);
});
