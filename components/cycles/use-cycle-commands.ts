"use client";

import { useState } from "react";
import { useToast } from "@/components/ui/toast";
import { ApiError } from "@/lib/client/api";
import { useCopyCycle, useExportCycle, useStartCycle, useStopCycle } from "@/lib/client/cycle-list";
import { saveFile } from "@/lib/client/save-file";
import { type CheckProblem, CheckResult, type CycleSummary } from "@/lib/contracts/cycles";
import type { CycleCommand } from "./cycle-menu";

/** A dialog that a command opened. */
export type CycleDialog =
  | { kind: "rename" | "hold" | "delete"; cycle: CycleSummary }
  | { kind: "refused"; cycle: CycleSummary; problems: CheckProblem[] };

/** Runs the commands of the cycles' menus: at once where that is safe, else through a dialog. */
export function useCycleCommands() {
  const [dialog, setDialog] = useState<CycleDialog>();
  const toast = useToast();
  const start = useStartCycle();
  const stop = useStopCycle();
  const copy = useCopyCycle();
  const download = useExportCycle();

  const report = (title: string) => (error: Error) => toast({ tone: "failed", title, description: error.message });

  const startCycle = (cycle: CycleSummary, once: boolean) => {
    const onError = (error: Error) => {
      const refusal = error instanceof ApiError && error.code === "cycle_incomplete" ? error.problem : undefined;
      const check = CheckResult.safeParse(refusal);
      if (check.success) setDialog({ kind: "refused", cycle, problems: check.data.problems });
      else report(`“${cycle.name}” was not started`)(error);
    };
    const title = once ? `“${cycle.name}” runs once` : `Started “${cycle.name}”`;
    start.mutate({ id: cycle.id, once }, { onSuccess: () => toast({ title }), onError });
  };

  const stopCycle = (cycle: CycleSummary, finish: boolean) =>
    stop.mutate(
      { id: cycle.id, finish },
      {
        onSuccess: ({ state }) =>
          toast({
            title: state === "finishing" ? `“${cycle.name}” stops when it has finished` : `Stopped “${cycle.name}”`,
          }),
        onError: report(`“${cycle.name}” was not stopped`),
      },
    );

  const commands: Record<CycleCommand, (cycle: CycleSummary) => void> = {
    start: (cycle) => startCycle(cycle, false),
    "run-once": (cycle) => startCycle(cycle, true),
    stop: (cycle) => stopCycle(cycle, false),
    finish: (cycle) => stopCycle(cycle, true),
    rename: (cycle) => setDialog({ kind: "rename", cycle }),
    hold: (cycle) => setDialog({ kind: "hold", cycle }),
    delete: (cycle) => setDialog({ kind: "delete", cycle }),
    copy: (cycle) =>
      copy.mutate(cycle.id, {
        onSuccess: ({ name }) => toast({ title: `Copied to “${name}”` }),
        onError: report(`“${cycle.name}” was not copied`),
      }),
    export: (cycle) =>
      download.mutate(cycle.id, {
        onSuccess: (file) => saveFile(`${cycle.name}.json`, file),
        onError: report(`“${cycle.name}” was not exported`),
      }),
  };

  return {
    runCommand: (command: CycleCommand, cycle: CycleSummary) => commands[command](cycle),
    dialog,
    closeDialog: () => setDialog(undefined),
  };
}
