import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useAccount } from "@/lib/client/account";
import { cycleDetailQuery } from "@/lib/client/cycle-list";
import { saveDraft } from "@/lib/client/cycles";
import type { CycleView } from "@/lib/contracts/cycles";
import type { Draft } from "./draft";
import { createDraftSaver, type DraftSaver } from "./draft-saver";
import { withGraph } from "./edits";
import { keepUnsaved, readUnsaved } from "./unsaved";

/** Keeps the draft of a cycle saved while its builder is open, and warns before unsaved changes are left behind. */
export function useDraftSaver(draft: Draft, cycle: CycleView): DraftSaver {
  const account = useAccount();
  const queryClient = useQueryClient();
  const [kept] = useState(() => readUnsaved(cycle.id));
  const [saver] = useState(() =>
    createDraftSaver({
      draft,
      saved: kept
        ? { graph: kept.base, revision: kept.revision }
        : { graph: cycle.draft, revision: cycle.draftRevision },
      save: (input) => saveDraft(account, cycle.id, input),
      onSaved: ({ revision, webhooks, unpublished }, graph) => {
        queryClient.setQueryData(cycleDetailQuery(account, cycle.id).queryKey, (known) =>
          known ? { ...known, draft: graph, draftRevision: revision, webhooks, unpublished } : known,
        );
      },
    }),
  );

  useEffect(() => {
    saver.watch();
    if (kept && saver.isClean()) draft.edit("Unsaved changes", (content) => withGraph(content, kept.graph));
    const keep = () => keepUnsaved(cycle.id, saver.unsaved());
    const endKeeping = saver.state.subscribe(() => saver.state.get().kind !== "saving" && keep());
    const warn = (event: BeforeUnloadEvent) => {
      if (saver.isClean()) return;
      void saver.flush();
      event.preventDefault();
    };
    const flush = () => void saver.flush();
    const flushWhenHidden = () => document.visibilityState === "hidden" && flush();
    window.addEventListener("beforeunload", warn);
    window.addEventListener("online", flush);
    document.addEventListener("visibilitychange", flushWhenHidden);
    return () => {
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("online", flush);
      document.removeEventListener("visibilitychange", flushWhenHidden);
      keep();
      void saver.flush().then(keep);
      endKeeping();
      saver.dispose();
    };
  }, [saver, draft, kept, cycle.id]);
  return saver;
}
