"use client";
import { CircleCheck, Download, Ellipsis, History, Settings2, TriangleAlert } from "lucide-react";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { useToast } from "@/components/ui/toast";
import { useExportCycle } from "@/lib/client/cycle-list";
import { saveFile } from "@/lib/client/save-file";
import type { CycleView } from "@/lib/contracts/cycles";
import { useBuilder } from "./builder-context";
import { useStored } from "./store";

/** What else there is to a cycle: its settings, what is missing, its versions, its file. */
export function CycleMenu({ cycle }: { cycle: CycleView }) {
  const { commands, saver, problems, canEdit } = useBuilder();
  const toast = useToast();
  const exporting = useExportCycle();
  const missing = useStored(problems, ({ all }) => all.length);

  const exportCycle = async () => {
    await saver.flush();
    exporting.mutate(cycle.id, {
      onSuccess: (file) => saveFile(`${cycle.name}.json`, file),
      onError: (error) => toast({ title: "Not exported", description: error.message, tone: "failed" }),
    });
  };

  return (
    <Menu trigger={<IconButton icon={Ellipsis} label="More" variant="secondary" />}>
      <MenuItem icon={Settings2} onSelect={() => commands.setUi({ side: "cycle" })}>
        {canEdit ? "Settings and variables" : "Variables"}
      </MenuItem>
      <MenuItem
        icon={missing > 0 ? TriangleAlert : CircleCheck}
        hint={missing > 0 ? `${missing} to look at` : "Nothing is missing"}
        onSelect={() => commands.setUi({ side: "problems" })}
      >
        Check list
      </MenuItem>
      <MenuItem icon={History} onSelect={() => commands.setUi({ side: "versions" })}>
        Versions
      </MenuItem>
      <MenuItem icon={Download} onSelect={() => void exportCycle()}>
        Export
      </MenuItem>
    </Menu>
  );
}
