"use client";
import { Page } from "@/components/frame/page";
import { HoldBanners } from "@/components/holds/hold-banners";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { useAccount } from "@/lib/client/account";
import { useBuilder } from "./builder-context";
import { Canvas } from "./canvas";
import { Outline } from "./outline";
import { Palette } from "./palette";
import { RunBar } from "./run-bar";
import { RunStrip } from "./run-strip";
import { SidePanel } from "./side-panel";
import { StepPicker } from "./step-picker";
import { StepSearch } from "./step-search";
import { useStored } from "./store";
import { useNarrow } from "./use-narrow";
import { VersionStrip } from "./version-strip";

export type BuilderLayoutProps = { loading: boolean; error: string | undefined };

/** The parts of the builder in their places: bar, palette, canvas, panel. */
export function BuilderLayout({ loading, error }: BuilderLayoutProps) {
  const { readOnly, view, setView, cycleId } = useBuilder();
  const { accountId } = useAccount();
  const narrow = useNarrow();
  return (
    <Page width="full" className="gap-0!">
      <RunBar />
      <HoldBanners
        target={{ accountId: accountId ?? "", cycleId, stepId: null }}
        className="flex shrink-0 flex-col gap-2 border-b px-3 py-2"
      />
      {view.kind === "version" && <VersionStrip number={view.number} />}
      {view.kind === "run" && <RunStrip />}
      {error ? (
        <div className="p-4">
          <Banner
            tone="error"
            title="This can't be shown"
            action={
              <Button size="sm" onClick={() => setView({ kind: "draft" })}>
                Back to draft
              </Button>
            }
          >
            {error}
          </Banner>
        </div>
      ) : loading ? (
        <div className="grid flex-1 place-items-center">
          <Spinner label="Loading the graph" />
        </div>
      ) : (
        <div className="flex min-h-0 flex-1 flex-col md:flex-row">
          {!readOnly && <Palette />}
          <Canvas key={view.kind === "draft" ? "draft" : JSON.stringify(view)} />
          {narrow && <Outline />}
          <SidePanel />
        </div>
      )}
      <StepPicker />
      <StepSearch />
      <Announcer />
    </Page>
  );
}

/** Says to screen readers what the keyboard has done. */
function Announcer() {
  const { ui } = useBuilder();
  const text = useStored(ui, (state) => state.announcement);
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}
