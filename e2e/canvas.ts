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
    await expect(this.region).toBeVisible();
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
    const [start, end] = await Promise.all([this.exit(from).boundingBox(), this.node(to).boundingBox()]);
    if (!start || !end) throw new Error(`${from} or ${to} is not in sight`);
    return { x: (start.x + start.width + end.x) / 2, y: start.y + start.height / 2 };
  }

  /** Points at an edge, which moves aside when a panel opens beside the canvas, and presses the button that appears. */
  async insertBetween(from: string, to: string) {
    await expect(async () => {
      const { x, y } = await this.between(from, to);
      await this.page.mouse.move(x, y);
      await this.region.getByRole("button", { name: "Add a step here" }).click({ timeout: 1_000 });
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

  /** Begins an edge at an exit and moves it over a step, without letting go. */
  async drawEdge(from: string, to: string, exit?: string) {
    await this.exit(from, exit).hover();
    await this.page.mouse.down();
    const box = await this.node(to).boundingBox();
    if (!box) throw new Error(`${to} is not in sight`);
    await this.page.mouse.move(box.x + 40, box.y + box.height / 2, { steps: 4 });
    await this.page.mouse.move(box.x + 1, box.y + box.height / 2, { steps: 4 });
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

  /** One of the commands behind the three dots of the bar. */
  async more(command: string) {
    await this.bar.getByRole("button", { name: "More" }).click();
    await this.page.getByRole("menuitem", { name: new RegExp(`^${command}`) }).click();
  }
}

/** What the server has saved of a draft: `["Order -> Large order?", "Large order? true-> For review"]`. */
export async function savedEdges(account: TestAccount, cycleId: string): Promise<string[]> {
  const { draft } = await account.call<CycleView>("GET", `/cycles/${cycleId}`);
  const nameOf = (id: string) => draft.steps.find((one) => one.id === id)?.name;
  return draft.edges
    .map(({ from, exit, to }) => `${nameOf(from)} ${exit === "next" ? "" : exit}-> ${nameOf(to)}`)
    .sort();
}
