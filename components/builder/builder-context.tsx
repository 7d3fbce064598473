"use client";
import { createContext, useContext } from "react";
import type { CheckProblem } from "@/lib/contracts/cycles";
import type { Commands } from "./commands";
import type { Draft } from "./draft";
import type { DraftSaver } from "./draft-saver";
import type { Place } from "./edits";
import type { RunOnCanvas } from "./run-on-canvas";
import type { Store } from "./store";

/** What is on the canvas: the draft, a version that was published, or the version that a transaction ran on. */
export type View = { kind: "draft" } | { kind: "version"; number: number } | { kind: "run"; transactionId: string };

export type Ui = {
  /** What stands at the right instead of Step Setup. */
  side: "cycle" | "problems" | "versions" | "conflict" | null;
  /** The list of step types beside the canvas or at an edge; x and y are pixels of the window. */
  picker: { place: Place; x: number; y: number; title: string } | null;
  search: boolean;
  /** The step that the Tab key reaches. */
  tabStop: string | null;
  /** The edge that a dragged step would be put into. */
  dropEdge: string | null;
  /** The edge under the pointer. */
  hoverEdge: string | null;
  /** What of Step Setup is to get the focus next: the first control of a step, or one field. */
  setupFocus: { stepId: string; field?: string } | null;
  announcement: string;
};

export const initialUi: Ui = {
  side: null,
  picker: null,
  search: false,
  tabStop: null,
  dropEdge: null,
  hoverEdge: null,
  setupFocus: null,
  announcement: "",
};

export type Problems = { all: readonly CheckProblem[]; byStep: ReadonlyMap<string, readonly CheckProblem[]> };

export const noProblems: Problems = { all: [], byStep: new Map() };

export type Builder = {
  cycleId: string;
  /** The user may change this cycle. */
  canEdit: boolean;
  /** Nothing on the canvas can be changed now. */
  readOnly: boolean;
  view: View;
  setView: (view: View) => void;
  /** The draft that is edited and saved. */
  draft: Draft;
  /** What is on the canvas: the draft, or another graph that can only be looked at. */
  shown: Draft;
  ui: Store<Ui>;
  problems: Store<Problems>;
  run: Store<RunOnCanvas | null>;
  /** The transaction whose data fills pickers and previews; null: the newest there is. */
  sample: Store<string | null>;
  saver: DraftSaver;
  commands: Commands;
};

const BuilderContext = createContext<Builder | null>(null);

export const BuilderProvider = BuilderContext.Provider;

/** The builder around a component. Its members never change while the view is the same, so nothing renders for nothing. */
export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error("useBuilder needs a Builder around it");
  return builder;
}
