import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/lib/client/api";
import type { SaveDraftInput, SavedDraft } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { createDraft, graphOf } from "./draft";
import { createDraftSaver } from "./draft-saver";
import { updateStep } from "./edits";

const graph: Graph = {
  steps: [
    { id: "a", type: "webhook", name: "A", position: { x: 0, y: 0 }, settings: {} },
    { id: "b", type: "set-fields", name: "B", position: { x: 320, y: 0 }, settings: {} },
  ],
  edges: [],
  variables: [],
};
const renamed = (stepId: string, name: string): Graph => ({
  ...graph,
  steps: graph.steps.map((step) => (step.id === stepId ? { ...step, name } : step)),
});
const saved = (revision: number): SavedDraft => ({
  revision,
  savedAt: "2026-01-01T00:00:00Z",
  webhooks: [],
  unpublished: true,
});
const conflictWith = (theirs: Graph) =>
  new ApiError(409, "draft_changed", "Changed", {
    revision: 9,
    graph: theirs,
    changedAt: "2026-01-01T00:00:00Z",
    changedBy: "Ada",
  });

/** A draft with its saver, and a server whose answers are given one after another; the last one repeats. */
function setUp(...answers: (SavedDraft | Error)[]) {
  const sent: SaveDraftInput[] = [];
  const draft = createDraft(graph);
  const saver = createDraftSaver({
    draft,
    saved: { graph, revision: 1 },
    save: async (input) => {
      sent.push(input);
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? saved(2);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  saver.watch();
  const rename = (name: string, stepId = "a") =>
    draft.edit("Rename", (content) => updateStep(content, stepId, { name }));
  return { draft, saver, sent, rename };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("createDraftSaver", () => {
  it("sends once, a moment after the last change", async () => {
    const { rename, sent, saver } = setUp(saved(2));
    rename("One");
    await vi.advanceTimersByTimeAsync(400);
    rename("Two");
    await vi.advanceTimersByTimeAsync(400);
    expect(sent).toEqual([]);
    expect(saver.state.get().kind).toBe("saving");
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([{ revision: 1, graph: renamed("a", "Two") }]);
    expect(saver.state.get().kind).toBe("saved");
  });

  it("sends at once when asked to, with the revision of the last answer", async () => {
    const { rename, sent, saver } = setUp(saved(2), saved(3));
    rename("One");
    expect(await saver.flush()).toBe(true);
    rename("Two");
    expect(await saver.flush()).toBe(true);
    expect(sent.map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it("keeps the change and tries again by itself while the server is away", async () => {
    const { rename, sent, saver } = setUp(new ApiError(0, "offline", "Away"), new ApiError(503, "x", "Down"), saved(2));
    rename("One");
    expect(await saver.flush()).toBe(false);
    expect(saver.state.get()).toEqual({ kind: "failed", reason: "Away", retrying: true });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(saver.state.get()).toEqual({ kind: "failed", reason: "Down", retrying: true });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(saver.state.get().kind).toBe("saved");
    expect(sent).toHaveLength(3);
  });

  it("does not send again what was refused, until it is changed", async () => {
    const { rename, sent, saver } = setUp(new ApiError(422, "invalid", "No"), saved(2));
    rename("One");
    await saver.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    rename("Two");
    await vi.advanceTimersByTimeAsync(700);
    expect(saver.state.get().kind).toBe("saved");
  });

  it("goes on from its own graph when only the answer was lost", async () => {
    const { rename, saver, sent } = setUp(
      new ApiError(0, "offline", "Away"),
      conflictWith(renamed("a", "One")),
      saved(10),
    );
    rename("One");
    await saver.flush();
    rename("Two");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(saver.state.get().kind).toBe("saved");
    expect(sent.map(({ revision }) => revision)).toEqual([1, 1, 9]);
    expect(sent.at(-1)?.graph).toEqual(renamed("a", "Two"));
  });

  it("gives what is unsaved with the graph that it was made on", async () => {
    const { rename, saver } = setUp(new ApiError(0, "offline", "Away"));
    expect(saver.unsaved()).toBeNull();
    rename("One");
    expect(saver.unsaved()).toEqual({ graph: renamed("a", "One"), base: graph, revision: 1 });
  });

  it("overwrites nothing when someone else has saved meanwhile", async () => {
    const theirs = renamed("b", "Theirs");
    const { rename, saver, sent } = setUp(conflictWith(theirs));
    rename("Mine");
    await saver.flush();
    expect(saver.state.get()).toMatchObject({ kind: "conflict", base: graph, conflict: { changedBy: "Ada" } });
    rename("Mine too");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });

  it.each([
    { kept: "mine" as const, names: ["Mine", "B"] },
    { kept: renamed("b", "Merged"), names: ["A", "Merged"] },
  ])("saves what was kept over their revision: $names", async ({ kept, names }) => {
    const { rename, saver, sent } = setUp(conflictWith(renamed("b", "Theirs")), saved(10));
    rename("Mine");
    await saver.flush();
    saver.resolve(kept);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.at(-1)?.revision).toBe(9);
    expect(sent.at(-1)?.graph.steps.map(({ name }) => name)).toEqual(names);
    expect(saver.state.get().kind).toBe("saved");
  });

  it("takes theirs without sending anything, and undo brings mine back", async () => {
    const { rename, saver, sent, draft } = setUp(conflictWith(renamed("b", "Theirs")), saved(10));
    rename("Mine");
    await saver.flush();
    saver.resolve("theirs");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(graphOf(draft.store.get())).toEqual(renamed("b", "Theirs"));
    draft.undo();
    expect(graphOf(draft.store.get())).toEqual(renamed("a", "Mine"));
  });

  it("adopts a newer graph only while nothing is unsaved", async () => {
    const { rename, saver, draft, sent } = setUp(saved(4));
    const theirs = { graph: renamed("b", "Theirs"), revision: 3, changedBy: "Ada" };
    expect(saver.adopt({ ...theirs, revision: 1 })).toBe(false);
    expect(saver.adopt(theirs)).toBe(true);
    expect(graphOf(draft.store.get())).toEqual(theirs.graph);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual([]);
    rename("Mine");
    expect(saver.adopt({ ...theirs, graph, revision: 7 })).toBe(false);
    await saver.flush();
    expect(sent[0]?.revision).toBe(3);
  });
});
