"use client";
import { CopyPlus, Ellipsis, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { FieldScopeProvider } from "@/components/fields/field-scope";
import { StepIcon } from "@/components/fields/step-icons";
import { cx } from "@/components/ui/cx";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { Tabs } from "@/components/ui/tabs";
import { ReceiptsList } from "@/components/webhooks/receipts-list";
import { useAccount } from "@/lib/client/account";
import { definitionOf } from "@/lib/steps/definitions";
import { useBuilder } from "./builder-context";
import { SamplePicker } from "./sample-picker";
import { StepDataTab } from "./step-data-tab";
import { StepName } from "./step-name";
import { StepSetupTab } from "./step-setup-tab";
import { useStored } from "./store";
import { useScopeOf } from "./use-scope-of";

const FOCUSABLE = "input:not([type=hidden]), textarea, select, button";

type Tab = "setup" | "data" | "requests";

/** Step Setup: the selected step's settings, its last data, and the requests that came to it. */
export function StepPanel({
  stepId,
  inSheet = false,
  onClose,
}: {
  stepId: string;
  inSheet?: boolean;
  onClose: () => void;
}) {
  const { shown, ui, commands, readOnly, draft, saver, view, cycleId } = useBuilder();
  const data = useStored(shown.store, (state) => state.nodes.find((node) => node.id === stepId)?.data);
  const wanted = useStored(ui, (state) => (state.setupFocus?.stepId === stepId ? state.setupFocus : null));
  const panel = useRef<HTMLElement>(null);
  const [tab, setTab] = useState<Tab>(view.kind === "run" ? "data" : "setup");
  const scope = useScopeOf(stepId);
  const { accountId } = useAccount();
  const definition = data && definitionOf(data.type);

  useEffect(() => {
    if (!wanted) return;
    commands.setUi({ setupFocus: null });
    if (wanted.field !== undefined) setTab("setup");
    requestAnimationFrame(() => {
      const place = wanted.field === undefined ? "[data-setup]" : `[data-field="${CSS.escape(wanted.field)}"]`;
      const part = panel.current?.querySelector(place) ?? panel.current?.querySelector("[role=tabpanel]");
      if (wanted.field !== undefined) part?.scrollIntoView({ block: "center" });
      part?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
    });
  }, [wanted, commands]);

  if (!data) return null;
  const node = () => shown.store.get().nodes.filter((known) => known.id === stepId);
  const tabs = [
    { value: "setup", label: "Setup", content: <StepSetupTab stepId={stepId} data={data} /> },
    ...(definition?.annotation ? [] : [{ value: "data", label: "Data", content: <StepDataTab stepId={stepId} /> }]),
    ...(definition?.webhook
      ? [
          {
            value: "requests",
            label: "Requests",
            content: <ReceiptsList source={{ cycleId, stepId }} accountId={accountId ?? ""} cycleId={cycleId} />,
          },
        ]
      : []),
  ];

  return (
    <aside
      ref={panel}
      aria-label="Step Setup"
      onBlur={() => {
        draft.closeGroup();
        void saver.flush();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        commands.focus(stepId);
      }}
      className={cx("flex min-h-0 flex-col bg-surface", inSheet ? "flex-1" : "w-100 shrink-0 border-l 2xl:w-110")}
    >
      <header className="flex min-h-12 shrink-0 items-center gap-2 py-1.5 pr-2 pl-3">
        <StepIcon type={data.type} />
        <StepName stepId={stepId} name={data.name} typeLabel={definition?.label ?? data.type} />
        {!readOnly && (
          <Menu trigger={<IconButton icon={Ellipsis} label="Actions of this step" />}>
            <MenuItem icon={CopyPlus} keys={["Ctrl", "D"]} onSelect={commands.duplicate}>
              Duplicate
            </MenuItem>
            <MenuItem icon={Trash2} tone="danger" keys={["Delete"]} onSelect={() => commands.removeSteps(node())}>
              Delete
            </MenuItem>
          </Menu>
        )}
        {!inSheet && <IconButton icon={X} label="Close Step Setup" onClick={onClose} />}
      </header>
      <FieldScopeProvider value={scope}>
        <Tabs
          label="Step Setup"
          tabs={tabs}
          value={tabs.some(({ value }) => value === tab) ? tab : "setup"}
          onValueChange={(next) => setTab(next as Tab)}
          className="min-h-0 flex-1"
          panelClassName="relative overflow-y-auto p-4 scroll-thin"
        />
      </FieldScopeProvider>
      {!definition?.annotation && view.kind !== "run" && <SamplePicker />}
    </aside>
  );
}
