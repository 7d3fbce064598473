"use client";
import { useQuery } from "@tanstack/react-query";
import { useReactFlow } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { useShortcutHelp } from "@/components/frame/shortcuts";
import { useToast } from "@/components/ui/toast";
import { useAccount } from "@/lib/client/account";
import { transactionQuery } from "@/lib/client/transactions";
import { versionQuery } from "@/lib/client/versions";
import type { CycleView } from "@/lib/contracts/cycles";
import { type Builder, BuilderProvider, initialUi, noProblems, type Ui, type View } from "./builder-context";
import { BuilderLayout } from "./builder-layout";
import { createCommands } from "./commands";
import { createDraft, type Draft, type StepEdge, type StepNode, selectedId } from "./draft";
import { type RunOnCanvas, runOnCanvas } from "./run-on-canvas";
import { createStore } from "./store";
import { canvasShortcuts, useCanvasKeys } from "./use-canvas-keys";
import { useDraftSaver } from "./use-draft-saver";
import { useNarrow } from "./use-narrow";
import { useProblems } from "./use-problems";
import { useView } from "./use-view";

const emptyProblems = createStore(noProblems);

/** The builder of one cycle: what is drawn, what is saved, and what is looked at. */
export function CycleBuilder({ cycle, mayChange }: { cycle: CycleView; mayChange: boolean }) {
  const { view, setView, stepParam } = useView();
  const narrow = useNarrow();
  const flow = useReactFlow<StepNode, StepEdge>();
  const toast = useToast();
  const canEdit = mayChange && !narrow;
  const readOnly = !canEdit || view.kind !== "draft";
  const [draft] = useState(() => createDraft(cycle.draft));
  const [ui] = useState(() => createStore<Ui>(initialUi));
  const [run] = useState(() => createStore<RunOnCanvas | null>(null));
  const [sample] = useState(() => createStore<string | null>(null));
  const saver = useDraftSaver(draft, cycle);
  const draftProblems = useProblems(draft, cycle);
  const other = useOtherGraph(cycle.id, view);
  const shown = view.kind === "draft" ? draft : (other.shown ?? draft);

  const commands = useMemo(
    () => createCommands({ shown, readOnly, ui, flow, toast }),
    [shown, readOnly, ui, flow, toast],
  );
  const builder = useMemo<Builder>(
    () => ({
      cycleId: cycle.id,
      canEdit,
      readOnly,
      view,
      setView,
      draft,
      shown,
      ui,
      problems: view.kind === "draft" ? draftProblems : emptyProblems,
      run,
      sample,
      saver,
      commands,
    }),
    [cycle.id, canEdit, readOnly, view, setView, draft, shown, ui, draftProblems, run, sample, saver, commands],
  );

  useShortcutHelp(canvasShortcuts);
  useCanvasKeys(builder);

  useEffect(() => {
    run.set(view.kind === "run" && other.transaction ? runOnCanvas(other.transaction) : null);
  }, [run, view.kind, other.transaction]);

  useEffect(() => {
    const theirs = { graph: cycle.draft, revision: cycle.draftRevision, changedBy: cycle.draftChangedBy };
    if (saver.adopt(theirs)) {
      toast({
        title: `${theirs.changedBy ?? "Someone else"} changed this cycle`,
        description: "The canvas shows it now.",
        tone: "info",
      });
    }
  }, [cycle.draft, cycle.draftRevision, cycle.draftChangedBy, saver, toast]);

  useStepInAddress(shown, stepParam, builder);

  return (
    <BuilderProvider value={builder}>
      <BuilderLayout loading={view.kind !== "draft" && other.shown === undefined} error={other.error} />
    </BuilderProvider>
  );
}

type OtherGraph = {
  shown?: Draft;
  transaction?: Parameters<typeof runOnCanvas>[0];
  error: string | undefined;
};

/** The graph of a version, or of the version that a transaction ran on, for looking at. */
function useOtherGraph(cycleId: string, view: View): OtherGraph {
  const account = useAccount();
  const transaction = useQuery({
    ...transactionQuery(account, view.kind === "run" ? view.transactionId : ""),
    enabled: view.kind === "run",
  });
  const ran = view.kind === "run" && transaction.data?.cycleId === cycleId ? transaction.data : undefined;
  const number = view.kind === "version" ? view.number : ran?.versionNumber;
  const version = useQuery({ ...versionQuery(account, cycleId, number ?? 0), enabled: number !== undefined });
  const graph = version.data?.graph;
  const shown = useMemo(() => (graph ? createDraft(graph) : undefined), [graph]);
  const foreign = view.kind === "run" && transaction.data && !ran;
  return {
    shown: number === undefined ? undefined : shown,
    transaction: ran,
    error: foreign ? "This transaction belongs to another cycle." : (transaction.error ?? version.error)?.message,
  };
}

/** Selects the step that the address names, and names the selected one in the address. */
function useStepInAddress(shown: Draft, stepParam: string | null, { commands }: Builder) {
  useEffect(() => {
    if (!stepParam || selectedId(shown.store.get()) === stepParam) return;
    if (shown.store.get().nodes.some((node) => node.id === stepParam)) commands.select(stepParam, { focus: false });
  }, [shown, stepParam, commands]);

  useEffect(() => {
    let named = selectedId(shown.store.get());
    return shown.store.subscribe(() => {
      const id = selectedId(shown.store.get());
      if (id === named) return;
      named = id;
      const address = new URL(window.location.href);
      if (id === undefined) address.searchParams.delete("step");
      else address.searchParams.set("step", id);
      window.history.replaceState(null, "", address);
    });
  }, [shown]);
}
