"use client";
import { ChevronDown, CircleStop, Hourglass, Play, StepForward, Upload } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { CycleView } from "@/lib/contracts/cycles";
import { nextVersion } from "./save-status";
import { useRunCommands } from "./use-run-commands";

/** Publish, start and stop: the one that comes next is the filled button, the others are in the menu. */
export function RunButtons({ cycle }: { cycle: CycleView }) {
  const { publish, start, stop, busy } = useRunCommands(cycle);
  const stopped = cycle.state === "stopped" || cycle.state === "never-started";
  const changed = cycle.unpublished || cycle.publishedVersion === null;
  const next = nextVersion(cycle);

  if (stopped) {
    return (
      <>
        {changed && (
          <Button icon={Upload} loading={busy === "publish"} onClick={publish}>
            Publish v{next}
          </Button>
        )}
        <span className="flex">
          <Button
            variant="primary"
            icon={Play}
            loading={busy === "start"}
            onClick={() => start({ publish: changed })}
            className="rounded-r-none"
          >
            {changed && cycle.publishedVersion !== null ? "Publish and start" : "Start"}
          </Button>
          <Menu
            trigger={
              <IconButton
                icon={ChevronDown}
                label="Other ways to start"
                variant="primary"
                className="rounded-l-none border-l-canvas/30!"
              />
            }
          >
            <MenuItem
              icon={StepForward}
              hint="Stops by itself after the next request has ended"
              onSelect={() => start({ publish: changed, once: true })}
            >
              Run once
            </MenuItem>
            {changed && cycle.publishedVersion !== null && (
              <MenuItem icon={Play} hint="The draft stays a draft" onSelect={() => start({})}>
                Start v{cycle.publishedVersion}
              </MenuItem>
            )}
          </Menu>
        </span>
      </>
    );
  }
  return (
    <>
      {changed && (
        <Button variant="primary" icon={Upload} loading={busy === "publish"} onClick={publish}>
          Publish v{next}
        </Button>
      )}
      <span className="flex">
        <Button icon={CircleStop} loading={busy === "stop"} onClick={() => stop(false)} className="rounded-r-none">
          Stop
        </Button>
        <Menu
          trigger={
            <IconButton
              icon={ChevronDown}
              label="Other ways to stop"
              variant="secondary"
              className="rounded-l-none border-l-0"
            />
          }
        >
          {cycle.state === "finishing" ? (
            <MenuItem icon={Play} hint="Takes the stop back" onSelect={() => start({})}>
              Go on running
            </MenuItem>
          ) : (
            <MenuItem icon={Hourglass} hint="Everything accepted so far ends first" onSelect={() => stop(true)}>
              Finish and stop
            </MenuItem>
          )}
          {cycle.state === "running" && (
            <MenuItem
              icon={StepForward}
              hint="Stops after the next request has ended"
              onSelect={() => start({ once: true })}
            >
              Run once
            </MenuItem>
          )}
        </Menu>
      </span>
    </>
  );
}
