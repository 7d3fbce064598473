import { expect, type Locator, type Page } from "@playwright/test";
import type { CycleView } from "@/lib/contracts/cycles";
import type { TestAccount } from "./fixtures";

/** The builder of a cycle, by the names that its user sees. */
export class Canvas {
  readonly region: Locator;
  readonly palette: Locator;
  readonly setup: Locator;
  readonly bar: Locator;
  readonly edges: Locator;

  constructor(readonly page: Page) {
    this.region = page.getByRole("region", { name: "Canvas", exact: true });
    this.palette = page.getByRole("complementary", { name: "Step types" });
    this.setup = page.getByRole("complementary", { name: "Step Setup" });
    this.bar = page.getByRole("region", { name: "Cycle", exact: true });
    this.edges = this.region.locator(".react-flow__edge");
  }

  /** Opens a cycle; `query` is what follows its address: `?step=order`. */
  async open(account: TestAccount, cycleId: string, query = "") {
    await this.page.goto(`/accounts/${account.id}/cycles/${cycleId}${query}`);
    await this.fitted();
  }

  /** Waits until the graph stands where the view that fits it shows it. */
  async fitted() {
    await expect(this.region).toHaveAttribute("data-fitted", "true");
  }

  /** The button that a step is drawn as. */
  step(name: string): Locator {
    return this.region.locator("[data-step]", { has: this.page.getByText(name, { exact: true }) });
  }

  node(name: string): Locator {
    return this.region.locator(".react-flow__node", { has: this.page.getByText(name, { exact: true }) });
  }

  exit(name: string, exit = "next"): Locator {
    return this.node(name).locator(`.react-flow__handle.source[data-handleid="${exit}"]`);
  }

  /** The middle of the edge from one step to the next, in pixels of the window. */
  async between(from: string, to: string): Promise<{ x: number; y: number }> {
    const [start, end] = await Promise.all([boxOf(this.exit(from)), boxOf(this.node(to))]);
    return { x: (start.x + start.width + end.x) / 2, y: start.y + start.height / 2 };
  }

  /** Points at an edge, which moves aside when a panel opens beside the canvas, and presses the button that appears. */
  async insertBetween(from: string, to: string) {
    await expect(async () => {
      const { x, y } = await this.between(from, to);
      await this.page.mouse.move(x, y);
      await this.region.getByRole("button", { name: "Add a step here" }).click({ timeout: 5_000 });
    }).toPass();
  }

  paletteEntry(type: string): Locator {
    return this.palette.getByRole("button", { name: type, exact: true });
  }

  /** Adds a step by a click in the palette: after the selected one, or where there is room. */
  add(type: string): Promise<void> {
    return this.paletteEntry(type).click();
  }

  /** Drags a step type from the palette to a point of the canvas, in pixels from its upper left corner. */
  dragIn(type: string, point: { x: number; y: number }): Promise<void> {
    return this.paletteEntry(type).dragTo(this.region, { targetPosition: point });
  }

  /** Drags a step type from the palette to an edge, which is drawn as its target, and lets go. */
  async dragInto(type: string, from: string, to: string) {
    await this.paletteEntry(type).hover();
    await this.page.mouse.down();
    await expect(async () => {
      const { x, y } = await this.between(from, to);
      await this.page.mouse.move(x + 4, y, { steps: 3 });
      await this.page.mouse.move(x, y);
      await expect(this.edges.locator('[data-look="drop"]')).toHaveCount(1, { timeout: 3_000 });
    }).toPass();
    await this.page.mouse.up();
  }

  /** Takes hold of an exit, so that an edge hangs at the pointer. A view that moves just then makes the pointer miss it. */
  private async takeExit(from: string, exit?: string) {
    await expect(async () => {
      await this.page.mouse.up();
      await this.exit(from, exit).hover();
      await this.page.mouse.down();
      const box = await boxOf(this.exit(from, exit));
      await this.page.mouse.move(box.x + box.width, box.y + box.height / 2, { steps: 2 });
      await expect(this.region.locator(".react-flow__connection")).toBeAttached({ timeout: 3_000 });
    }).toPass();
  }

  /** Begins an edge at an exit and moves it over a step that stands still, without letting go. */
  async drawEdge(from: string, to: string, exit?: string) {
    await this.takeExit(from, exit);
    await expect(async () => {
      const box = await boxOf(this.node(to));
      await this.page.mouse.move(box.x + 40, box.y + box.height / 2, { steps: 4 });
      await this.page.mouse.move(box.x + 1, box.y + box.height / 2, { steps: 4 });
      expect(await boxOf(this.node(to))).toEqual(box);
    }).toPass();
  }

  /** Draws an edge from an exit to a point of the window, where nothing is. */
  async drawEdgeTo(from: string, point: { x: number; y: number }) {
    await this.takeExit(from);
    await this.page.mouse.move(point.x, point.y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Draws an edge with the mouse. */
  async connect(from: string, to: string, exit?: string) {
    await this.drawEdge(from, to, exit);
    await this.page.mouse.up();
  }

  /** Waits until everything is saved. */
  saved(): Promise<void> {
    return expect(this.bar.getByRole("status")).toHaveText("Saved");
  }

  /** Takes with Enter what a search of step types or steps has found, once it has. */
  async takeFound(name: string) {
    const found = this.page.getByRole("listbox").getByRole("option", { selected: true });
    await expect(found).toContainText(name);
    await this.page.keyboard.press("Enter");
  }

  /** One of the commands behind the three dots of the bar. */
  async more(command: string) {
    await this.bar.getByRole("button", { name: "More" }).click();
    await this.page.getByRole("menuitem", { name: new RegExp(`^${command}`) }).click();
  }
}

/** Where something is on the window, which it has to be on. */
async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${locator} is not in sight`);
  return box;
}

/** What the server has saved of a draft: `["Order -> Large order?", "Large order? true-> For review"]`. */
export async function savedEdges(account: TestAccount, cycleId: string): Promise<string[]> {
  const { draft } = await account.call<CycleView>("GET", `/cycles/${cycleId}`);
  const nameOf = (id: string) => draft.steps.find((one) => one.id === id)?.name;
  return draft.edges
    .map(({ from, exit, to }) => `${nameOf(from)} ${exit === "next" ? "" : exit}-> ${nameOf(to)}`)
    .sort();
}
