import { ApiError } from "@/lib/client/api";
import { DraftConflict, type SaveDraftInput, type SavedDraft } from "@/lib/contracts/cycles";
import { sameGraph } from "@/lib/core/diff";
import type { Graph } from "@/lib/core/graph";
import { type Draft, graphOf } from "./draft";
import { withGraph } from "./edits";
import { createStore, type Store } from "./store";
import type { Unsaved } from "./unsaved";

/** How long typing has to pause before the draft is sent. */
const PAUSE_MS = 600;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

export type SaveState =
  | { kind: "saved" }
  | { kind: "saving" }
  /** `retrying`: it is tried again by itself, as when the network is away. */
  | { kind: "failed"; reason: string; retrying: boolean }
  | { kind: "conflict"; base: Graph; conflict: DraftConflict };

type Try = { graph: Graph; version: number };

export type DraftSaverOptions = {
  draft: Draft;
  /** The graph that the server has, and its revision. */
  saved: { graph: Graph; revision: number };
  save: (input: SaveDraftInput) => Promise<SavedDraft>;
  onSaved?: (saved: SavedDraft, graph: Graph) => void;
};

export type DraftSaver = {
  state: Store<SaveState>;
  /** Sends what is not saved yet, now. Resolves to whether all of it is saved. */
  flush: () => Promise<boolean>;
  /** Takes over a graph that the server has meanwhile, when nothing of ours is unsaved. True when it did. */
  adopt: (theirs: { graph: Graph; revision: number; changedBy: string | null }) => boolean;
  /** Ends a conflict: with my graph, with theirs, or with both put together. */
  resolve: (kept: "mine" | "theirs" | Graph) => void;
  /** Nothing is unsaved. */
  isClean: () => boolean;
  /** What is unsaved, with what it was made on; null when nothing is. */
  unsaved: () => Unsaved | null;
  /** Begins to send what changes; `dispose` ends it. */
  watch: () => void;
  dispose: () => void;
};

/** Sends the draft to the server a moment after each change, one request at a time, and tries again when that fails. */
export function createDraftSaver({ draft, saved, save, onSaved }: DraftSaverOptions): DraftSaver {
  const state = createStore<SaveState>({ kind: "saved" });
  let { graph: base, revision } = saved;
  let savedVersion = draft.store.get().version;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<void> | undefined;
  let failures = 0;
  /** What was sent since the last answer that said it is saved. */
  let tries: Try[] = [];

  const isClean = () => draft.store.get().version === savedVersion;
  const schedule = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), delayMs);
  };

  const send = (): Promise<void> => {
    clearTimeout(timer);
    underWay ??= sendOnce().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  const sendOnce = async () => {
    if (isClean() || state.get().kind === "conflict") return;
    const { version } = draft.store.get();
    const graph = graphOf(draft.store.get());
    state.set({ kind: "saving" });
    const attempt = { graph, version };
    tries.push(attempt);
    try {
      const answer = await save({ revision, graph });
      onSaved?.(answer, graph);
      accept(attempt, answer.revision);
    } catch (error) {
      fail(error);
    }
  };

  const accept = (attempt: Try, newRevision: number) => {
    base = attempt.graph;
    revision = newRevision;
    savedVersion = attempt.version;
    failures = 0;
    tries = [];
    if (isClean()) state.set({ kind: "saved" });
    else schedule(PAUSE_MS);
  };

  const fail = (error: unknown) => {
    if (error instanceof ApiError && error.status === 409) {
      const conflict = DraftConflict.safeParse(error.problem);
      if (conflict.success) return collide(conflict.data);
    }
    const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
    const reason = error instanceof Error ? error.message : String(error);
    state.set({ kind: "failed", reason, retrying: !refused });
    // What the server refuses it refuses again: the next change is the next try.
    if (!refused) schedule(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++));
  };

  const collide = (conflict: DraftConflict) => {
    // What stands there may be our own: then the answer to an earlier try was lost on its way.
    const own = tries.findLast((attempt) => sameGraph(attempt.graph, conflict.graph));
    if (own) accept(own, conflict.revision);
    else state.set({ kind: "conflict", base, conflict });
  };

  let seenVersion = savedVersion;
  const onChange = () => {
    const { version } = draft.store.get();
    const changed = version !== seenVersion;
    seenVersion = version;
    const { kind } = state.get();
    if (!changed || isClean() || kind === "conflict") return;
    if (kind === "saved") state.set({ kind: "saving" });
    // While the network is away, the next try is due already.
    if (kind !== "failed" || failures === 0) schedule(PAUSE_MS);
  };
  let unsubscribe = () => {};

  return {
    state,
    flush: async () => {
      for (let rounds = 0; rounds < 3 && !isClean() && state.get().kind !== "conflict"; rounds++) {
        await send();
        if (state.get().kind === "failed") break;
      }
      return isClean();
    },
    adopt: (theirs) => {
      if (!isClean() || underWay || state.get().kind !== "saved" || theirs.revision <= revision) return false;
      ({ graph: base, revision } = theirs);
      if (sameGraph(theirs.graph, graphOf(draft.store.get()))) return false;
      draft.edit(`Change by ${theirs.changedBy ?? "someone else"}`, (content) => withGraph(content, theirs.graph));
      savedVersion = draft.store.get().version;
      state.set({ kind: "saved" });
      return true;
    },
    resolve: (kept) => {
      const current = state.get();
      if (current.kind !== "conflict") return;
      const { graph, revision: theirRevision, changedBy } = current.conflict;
      base = graph;
      revision = theirRevision;
      tries = [];
      const mine = graphOf(draft.store.get());
      draft.edit(`Change by ${changedBy ?? "someone else"}`, (content) => withGraph(content, graph));
      // Theirs is in the history in any case, so that Undo can go back to it.
      if (kept === "mine") draft.edit("Keep mine", (content) => withGraph(content, mine));
      else if (kept !== "theirs") draft.edit("Merge", (content) => withGraph(content, kept));
      if (kept === "theirs") savedVersion = draft.store.get().version;
      state.set({ kind: isClean() ? "saved" : "saving" });
      void send();
    },
    isClean,
    unsaved: () => (isClean() ? null : { graph: graphOf(draft.store.get()), base, revision }),
    watch: () => {
      unsubscribe();
      unsubscribe = draft.store.subscribe(onChange);
    },
    dispose: () => {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}
