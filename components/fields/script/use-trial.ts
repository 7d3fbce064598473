"use client";
import { useState } from "react";
import { parseJsonText } from "@/components/transactions/json-text";
import { useTryScript } from "@/lib/client/scripts";
import type { ScriptTrialView } from "@/lib/contracts/scripts";
import type { Json } from "@/lib/core/json";
import type { ScriptEvent } from "@/lib/script/job";
import type { ScriptUse } from "@/lib/steps/types";
import { type FieldScope, useFieldScope } from "../field-scope";
import type { ScriptScope } from "./script-names";
import { sampleOfSteps } from "./script-scope";
import { declares } from "./script-templates";

/** What a script is tried on: the samples that there are, typed data, or a request that came. */
export type TrialSource = "sample" | "typed" | "request";

export type Trial = {
  isOpen: boolean;
  open: () => void;
  entry: ScriptEvent | "step" | "expression";
  chooseEvent: (event: ScriptEvent) => void;
  source: TrialSource;
  chooseSource: (source: TrialSource) => void;
  text: string;
  setText: (text: string) => void;
  /** Why the typed data can't be used. */
  textProblem: string | undefined;
  receiptId: string;
  chooseReceipt: (id: string) => void;
  run: () => void;
  isRunning: boolean;
  result: ScriptTrialView | undefined;
  error: Error | null;
  /** The code is another one than that of the result. */
  isOutdated: boolean;
};

export type TrialOptions = {
  use: ScriptUse;
  code: string;
  /** The events whose functions the code declares, as far as that is known. */
  declared: readonly ScriptEvent[] | undefined;
  values: ScriptScope["values"];
};

/** The state of *Try it*; it stays while the form is open. */
export function useTrial({ use, code, declared, values }: TrialOptions): Trial {
  const scope = useFieldScope();
  const { cycleId, stepId, flush } = scope.step;
  const attempt = useTryScript(cycleId, stepId);
  const [isOpen, setOpen] = useState(false);
  const [event, chooseEvent] = useState<ScriptEvent>();
  const [source, chooseSource] = useState<TrialSource>("sample");
  const [typed, setText] = useState<{ [entry: string]: string }>({});
  const [receiptId, chooseReceipt] = useState("");
  const entry = use.form !== "events" ? use.form : (event ?? firstDeclared(use.events, code, declared));
  const text = typed[entry] ?? JSON.stringify(startingData(entry, scope, values), null, 2);
  const parsed = source === "typed" ? parseJsonText(text) : undefined;
  const textProblem = parsed && "problem" in parsed ? parsed.problem : undefined;

  const run = async () => {
    setOpen(true);
    if (textProblem !== undefined || (source === "request" && receiptId === "") || attempt.isPending) return;
    // The server tries scripts of steps that it knows.
    await flush();
    attempt.mutate({
      code,
      entry,
      ...(parsed && "value" in parsed && { sample: parsed.value }),
      ...(source === "request" && { receiptId }),
    });
  };
  return {
    isOpen,
    open: () => setOpen(true),
    entry,
    chooseEvent,
    source,
    chooseSource,
    text,
    setText: (next) => setText({ ...typed, [entry]: next }),
    textProblem,
    receiptId,
    chooseReceipt,
    run: () => void run(),
    isRunning: attempt.isPending,
    result: attempt.data,
    error: attempt.error,
    isOutdated: attempt.data !== undefined && (attempt.variables?.code !== code || attempt.variables?.entry !== entry),
  };
}

/** The first of the step's events whose function there is; else the one that is mostly written for. */
function firstDeclared(
  events: readonly ScriptEvent[],
  code: string,
  declared: readonly ScriptEvent[] = [],
): ScriptEvent {
  const there = events.find((event) => declares(code, event)) ?? events.find((event) => declared.includes(event));
  return there ?? events.find((event) => event === "after_webhook") ?? (events[0] as ScriptEvent);
}

/** Data to begin typing with: the sample, in the form that the event's data is typed in. */
function startingData(
  entry: ScriptEvent | "step" | "expression",
  scope: FieldScope,
  values: ScriptScope["values"],
): Json {
  const body = values.method_request ?? {};
  switch (entry) {
    case "step":
    case "expression":
      return sampleOfSteps(scope);
    case "before_webhook":
    case "after_webhook":
      return scope.step.sample ?? { method: "POST", body: { status: "despatched" }, query: {}, headers: {} };
    case "before_action":
      return { method: "POST", url: "https://api.example.com/", headers: {}, body };
    case "after_action":
      return scope.step.sample ?? { status: 200, headers: {}, body: {} };
    case "after_error":
      return { status: 503, headers: {}, body: {} };
    default:
      return entry satisfies never;
  }
}
