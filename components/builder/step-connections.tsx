"use client";
import { Plus, X } from "lucide-react";
import { FormSection } from "@/components/fields/form-section";
import { exitLabel } from "@/components/fields/step-icons";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Select } from "@/components/ui/select";
import { exitsOf } from "@/lib/steps/exits";
import { useBuilder } from "./builder-context";
import { possibleTargets } from "./connection-rules";
import type { StepNode } from "./draft";
import { connect, remove } from "./edits";
import { useStored } from "./store";

/** Where each exit leads, drawn and removed without a pointer. */
export function StepConnections({ stepId }: { stepId: string }) {
  const { shown } = useBuilder();
  const node = useStored(shown.store, (state) => state.nodes.find((known) => known.id === stepId));
  const own = node ? exitsOf(node.data) : [];
  const edges = useStored(shown.store, (state) => state.edges);
  const used = edges.filter((edge) => edge.source === stepId).map((edge) => edge.sourceHandle ?? "");
  const exits = [...own, ...used.filter((exit, index) => !own.includes(exit) && used.indexOf(exit) === index)];
  if (exits.length === 0) return null;
  return (
    <FormSection title="Leads to">
      {exits.map((exit) => (
        <ExitTargets key={exit} stepId={stepId} exit={exit} named={exits.length > 1} />
      ))}
    </FormSection>
  );
}

const nodeName = (nodes: readonly StepNode[], stepId: string) =>
  nodes.find((node) => node.id === stepId)?.data.name ?? "";

function ExitTargets({ stepId, exit, named }: { stepId: string; exit: string; named: boolean }) {
  const { shown, commands, readOnly } = useBuilder();
  const state = useStored(shown.store, (now) => now);
  const leaving = state.edges.filter((edge) => edge.source === stepId && edge.sourceHandle === exit);
  const targets = leaving.flatMap((edge) => {
    const target = state.nodes.find((node) => node.id === edge.target);
    return target ? [{ edge, target }] : [];
  });
  const offered = readOnly ? [] : possibleTargets(state, stepId, exit);
  return (
    <div className="flex flex-col gap-1.5">
      {named && <h4 className="text-sm text-muted">{exitLabel(exit)}</h4>}
      {targets.length === 0 && readOnly && <p className="text-sm text-muted">Nothing</p>}
      {targets.length > 0 && (
        <ul className="divide-y rounded-md border">
          {targets.map(({ edge, target }) => (
            <li key={edge.id} className="flex h-8 items-center gap-2 pr-1 pl-2">
              <button
                type="button"
                title={target.data.name}
                onClick={() => commands.select(target.id)}
                className="min-w-0 flex-1 truncate text-left hover:underline"
              >
                {target.data.name}
              </button>
              {!readOnly && (
                <IconButton
                  icon={X}
                  size="sm"
                  label={`Remove the edge to ${target.data.name}`}
                  onClick={() => commands.edit("Delete edge", (content) => remove(content, [], [edge.id]))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {!readOnly && (
        <div className="flex gap-1.5">
          {offered.length > 0 && (
            <Select
              size="sm"
              aria-label={named ? `Connect ${exitLabel(exit)} to` : "Connect to"}
              value=""
              placeholder={targets.length === 0 ? "Connect to…" : "Connect to another…"}
              onChange={(event) =>
                commands.edit("Connect", (content) =>
                  connect(content, { source: stepId, sourceHandle: exit, target: event.target.value }),
                )
              }
              options={offered.map((node) => ({ value: node.id, label: node.data.name }))}
            />
          )}
          {targets.length === 0 && (
            <Button
              size="sm"
              icon={Plus}
              onClick={(event) => {
                const box = event.currentTarget.getBoundingClientRect();
                const title = `Add after ${nodeName(state.nodes, stepId)}${named ? ` by ${exitLabel(exit)}` : ""}`;
                commands.setUi({ picker: { place: { after: stepId, exit }, x: box.left, y: box.bottom, title } });
              }}
            >
              Add a step
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
