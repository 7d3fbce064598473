"use client";
import { useMemo } from "react";
import { Button } from "@/components/ui/button";
import { TimeAgo } from "@/components/ui/time-ago";
import { diffGraphs, type GraphDiff, mergeGraphs, type StepChange } from "@/lib/core/diff";
import { definitionOf } from "@/lib/steps/definitions";
import { useBuilder } from "./builder-context";
import { graphOf } from "./draft";
import { useStored } from "./store";

/** Someone else has saved this draft meanwhile: what each side changed, and the choice between them. */
export function ConflictPanel() {
  const { saver, draft } = useBuilder();
  const state = useStored(saver.state, (now) => now);
  const content = useStored(draft.store, (now) => now);
  const compared = useMemo(() => {
    if (state.kind !== "conflict") return undefined;
    const mine = graphOf(content);
    return {
      theirs: diffGraphs(state.base, state.conflict.graph),
      mine: diffGraphs(state.base, mine),
      merge: mergeGraphs(state.base, mine, state.conflict.graph),
    };
  }, [state, content]);
  if (state.kind !== "conflict" || !compared) return null;
  const who = state.conflict.changedBy ?? "Someone else";
  const { conflicts } = compared.merge;

  return (
    <div role="alert" className="flex flex-col gap-4">
      <p>
        {who} saved this draft <TimeAgo date={state.conflict.changedAt} /> while you were working on it. Nothing of
        yours is lost, and nothing of theirs was overwritten. Choose what to keep.
      </p>
      <Changes title={`What ${who} changed`} diff={compared.theirs} />
      <Changes title="What you changed" diff={compared.mine} />
      {conflicts.length > 0 && (
        <p className="text-sm text-muted">
          Both of you changed {listed(conflicts)}, so the two can't be merged by themselves.
        </p>
      )}
      <div className="flex flex-col gap-2">
        {conflicts.length === 0 && (
          <Button variant="primary" onClick={() => saver.resolve(compared.merge.graph)}>
            Merge both
          </Button>
        )}
        <Button onClick={() => saver.resolve("theirs")}>Take theirs</Button>
        <Button onClick={() => saver.resolve("mine")}>Keep mine</Button>
      </div>
      <p className="text-sm text-muted">Whichever you choose, Undo goes back to the other.</p>
    </div>
  );
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function Changes({ title, diff }: { title: string; diff: GraphDiff }) {
  const edges = diff.addedEdges.length + diff.removedEdges.length;
  const moved = diff.steps.filter(({ kind }) => kind === "moved").length;
  const changes = diff.steps.filter(({ kind }) => kind !== "moved");
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h3 className="text-sm font-semibold">{title}</h3>
      <ul className="divide-y rounded-md border text-sm">
        {changes.map((change) => (
          <li key={change.stepId} className="px-2 py-1.5">
            <span className="font-medium">{change.name}</span>{" "}
            <span className="text-muted">{changeInWords(change)}</span>
          </li>
        ))}
        {edges > 0 && (
          <li className="px-2 py-1.5 text-muted">
            {diff.addedEdges.length > 0 && `${count(diff.addedEdges.length, "edge")} added `}
            {diff.removedEdges.length > 0 && `${count(diff.removedEdges.length, "edge")} removed`}
          </li>
        )}
        {diff.variables.length > 0 && (
          <li className="px-2 py-1.5 text-muted">Variables changed: {diff.variables.join(", ")}</li>
        )}
        {moved > 0 && <li className="px-2 py-1.5 text-muted">{count(moved, "step")} moved</li>}
        {changes.length + edges + moved + diff.variables.length === 0 && (
          <li className="px-2 py-1.5 text-muted">Nothing</li>
        )}
      </ul>
    </section>
  );
}

const count = (number: number, noun: string) => `${number} ${number === 1 ? noun : `${noun}s`}`;

const ownFields: Record<string, string> = {
  type: "type",
  name: "name",
  note: "note",
  onError: "On error",
  timeoutSeconds: "timeout",
};

function changeInWords({ kind, type, fields }: StepChange): string {
  if (kind !== "changed") return { added: "added", removed: "removed", moved: "moved" }[kind];
  const labels = fields.map((key) => {
    const field = definitionOf(type)?.fields.find((known) => known.key === key);
    return field?.label ?? (Object.hasOwn(ownFields, key) ? ownFields[key] : key);
  });
  return `changed: ${labels.join(", ")}`;
}
