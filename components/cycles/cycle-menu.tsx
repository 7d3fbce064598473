"use client";

import {
  CirclePause,
  CircleStop,
  Copy,
  Download,
  Ellipsis,
  ExternalLink,
  Hourglass,
  Pencil,
  Play,
  StepForward,
  Trash2,
} from "lucide-react";
import { accountPages } from "@/components/frame/urls";
import { buttonClass } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { isOwnHold, useHoldsOn } from "@/lib/client/holds";
import { useMayChange } from "@/lib/client/me";
import type { CycleSummary } from "@/lib/contracts/cycles";

export type CycleCommand = "rename" | "copy" | "export" | "start" | "run-once" | "stop" | "finish" | "hold" | "delete";

export type CycleMenuProps = {
  cycle: CycleSummary;
  accountId: string;
  onCommand: (command: CycleCommand, cycle: CycleSummary) => void;
};

/** What can be done with a cycle from the list. Viewers may open and export it. */
export function CycleMenu({ cycle, accountId, onCommand }: CycleMenuProps) {
  const mayChange = useMayChange();
  const target = { accountId, cycleId: cycle.id, stepId: null };
  const held = useHoldsOn(target).some((hold) => isOwnHold(hold, target) && !hold.draining);
  const does = (command: CycleCommand) => () => onCommand(command, cycle);
  return (
    <Menu
      label={`Actions for ${cycle.name}`}
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${cycle.name}`}
          className={buttonClass("ghost", "none", "relative z-1 size-7")}
        >
          <Ellipsis aria-hidden className="size-4" />
        </button>
      }
    >
      <MenuItem icon={ExternalLink} href={`${accountPages(accountId).cycles}/${cycle.id}`}>
        Open
      </MenuItem>
      {mayChange && (
        <>
          <MenuSeparator />
          <StateItems cycle={cycle} does={does} />
          {!held && (
            <MenuItem icon={CirclePause} onSelect={does("hold")}>
              Hold
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem icon={Pencil} onSelect={does("rename")}>
            Rename
          </MenuItem>
          <MenuItem icon={Copy} onSelect={does("copy")}>
            Copy
          </MenuItem>
        </>
      )}
      <MenuItem icon={Download} onSelect={does("export")}>
        Export
      </MenuItem>
      {mayChange && (
        <>
          <MenuSeparator />
          <MenuItem icon={Trash2} tone="danger" onSelect={does("delete")}>
            Delete
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

type StateItemsProps = { cycle: CycleSummary; does: (command: CycleCommand) => () => void };

function StateItems({ cycle, does }: StateItemsProps) {
  if (cycle.state === "stopped" || cycle.state === "never-started") {
    const hint = cycle.unpublished && cycle.publishedVersion !== null && `v${cycle.publishedVersion}, not the draft`;
    return (
      <>
        <MenuItem icon={Play} hint={hint} onSelect={does("start")}>
          Start
        </MenuItem>
        <MenuItem icon={StepForward} onSelect={does("run-once")}>
          Run once
        </MenuItem>
      </>
    );
  }
  return (
    <>
      {cycle.state === "finishing" ? (
        <MenuItem icon={Play} onSelect={does("start")}>
          Start
        </MenuItem>
      ) : (
        <MenuItem icon={Hourglass} onSelect={does("finish")}>
          Finish and stop
        </MenuItem>
      )}
      <MenuItem icon={CircleStop} onSelect={does("stop")}>
        Stop
      </MenuItem>
    </>
  );
}
