import { useQueryClient } from "@tanstack/react-query";
import { useToast } from "@/components/ui/toast";
import { useAccount } from "@/lib/client/account";
import { versionQuery } from "@/lib/client/versions";
import { useBuilder } from "./builder-context";
import { withGraph } from "./edits";

/**
 * Takes a version's graph into the draft and shows it. It is an edit like any other: saved with the next save, and
 * undone with Undo.
 */
export function useRestore(): (number: number) => Promise<void> {
  const { draft, cycleId, setView } = useBuilder();
  const account = useAccount();
  const queryClient = useQueryClient();
  const toast = useToast();
  return async (number) => {
    try {
      const version = await queryClient.fetchQuery(versionQuery(account, cycleId, number));
      draft.edit(`Restore version ${number}`, (content) => withGraph(content, version.graph));
      setView({ kind: "draft" });
      toast({ title: `Version ${number} is the draft now`, action: { label: "Undo", onAction: () => draft.undo() } });
    } catch (error) {
      const description = error instanceof Error ? error.message : String(error);
      toast({ title: "Not restored", description, tone: "failed" });
    }
  };
}
