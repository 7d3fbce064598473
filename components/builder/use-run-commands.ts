import { useState } from "react";
import { useToast } from "@/components/ui/toast";
import { ApiError } from "@/lib/client/api";
import { useStartCycle, useStopCycle } from "@/lib/client/cycle-list";
import { usePublishCycle } from "@/lib/client/cycles";
import { CheckResult, type CycleView } from "@/lib/contracts/cycles";
import { useBuilder } from "./builder-context";
import { nextVersion } from "./save-status";

type Command = "publish" | "start" | "stop";

/** Publishes, starts and stops a cycle. What is unsaved is saved first; a refusal opens the list of what is missing. */
export function useRunCommands(cycle: CycleView) {
  const { saver, commands } = useBuilder();
  const toast = useToast();
  const [busy, setBusy] = useState<Command>();
  const publishing = usePublishCycle(cycle.id);
  const starting = useStartCycle();
  const stopping = useStopCycle();

  const run = async (command: Command, send: () => Promise<unknown>, done: string) => {
    setBusy(command);
    try {
      if (command !== "stop" && !(await saver.flush())) {
        throw new Error("The draft could not be saved, so nothing was done. Save it first.");
      }
      await send();
      toast({ title: done });
    } catch (error) {
      refused(command, error);
    } finally {
      setBusy(undefined);
    }
  };

  const refused = (command: Command, error: unknown) => {
    const check = error instanceof ApiError ? CheckResult.safeParse(error.problem) : undefined;
    if (check?.success) {
      const errors = check.data.problems.filter(({ severity }) => severity === "error").length;
      commands.setUi({ side: "problems" });
      toast({
        title: `“${cycle.name}” can't be ${command === "publish" ? "published" : "started"} yet`,
        description: `${errors} to complete. The list is at the right.`,
        tone: "failed",
      });
      return;
    }
    toast({
      title: { publish: "Not published", start: "Not started", stop: "Not stopped" }[command],
      description: error instanceof Error ? error.message : String(error),
      tone: "failed",
    });
  };

  return {
    busy,
    publish: () =>
      run(
        "publish",
        () => publishing.mutateAsync(),
        `Published v${nextVersion(cycle)}${cycle.state === "running" ? ". It runs from the next request on" : ""}`,
      ),
    start: (how: { publish?: boolean; once?: boolean }) =>
      run(
        "start",
        () => starting.mutateAsync({ id: cycle.id, publish: how.publish || undefined, once: how.once ?? false }),
        how.once ? "Runs once: it stops after the next request" : `Started “${cycle.name}”`,
      ),
    stop: (finish: boolean) =>
      run(
        "stop",
        () => stopping.mutateAsync({ id: cycle.id, finish }),
        finish ? "Stops when everything accepted so far has ended" : "Stopped. Requests are queued for 24 h",
      ),
  };
}
