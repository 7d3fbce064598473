import type { ScriptEvent } from "@/lib/script/job";
import type { ScriptUse } from "@/lib/steps/types";

/** A function to begin with. */
export type ScriptTemplate = { event: ScriptEvent; label: string; hint: string; code: string };

/** What scripts are mostly written for; the guide explains each. */
export const scriptTemplates: readonly ScriptTemplate[] = [
  {
    event: "after_webhook",
    label: "Restructure the data",
    hint: "Later steps get what you make of the body",
    code: `function after_webhook() {
  const { order = {} } = method_request;
  method_request = {
    id: order.id ?? null,
    lines: (order.items ?? []).map(({ sku, price }) => ({ sku, cents: Math.round(price * 100) })),
  };
}`,
  },
  {
    event: "after_webhook",
    label: "Refuse a request",
    hint: "Answered 200, and no transaction begins",
    code: `function after_webhook() {
  if (method_request.status !== "despatched") return false;
}`,
  },
  {
    event: "before_webhook",
    label: "Turn a GET into a POST",
    hint: "For callers that put their data into the URL",
    code: `function before_webhook() {
  if (method_request_method !== "GET") return;
  method_request_method = "POST";
  method_request = method_request_parameters;
}`,
  },
  {
    event: "before_action",
    label: "Sign the request",
    hint: "Adds a header made of the body and a variable",
    code: `function before_action() {
  const text = JSON.stringify(method_request);
  method_request_headers["x-signature"] = hmac(text, cycle_variables.signing_key);
}`,
  },
  {
    event: "after_action",
    label: "Keep a part of the answer",
    hint: "Later steps get only that part",
    code: `function after_action() {
  method_response = { id: method_response.id };
}`,
  },
  {
    event: "after_error",
    label: "Take a 404 as an answer",
    hint: "The step goes on instead of failing",
    code: `function after_error() {
  if (method_response_status === 404) method_error = null;
}`,
  },
];

/** The templates that a step can use. */
export function templatesFor(use: ScriptUse): readonly ScriptTemplate[] {
  return use.form === "events" ? scriptTemplates.filter(({ event }) => use.events.includes(event)) : [];
}

/** Whether code has a function of that name already: a second one would silently take its place. */
export const declares = (code: string, event: ScriptEvent): boolean =>
  new RegExp(`\\b(function\\s*\\*?|const|let|var)\\s+${event}\\b`).test(
    code.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, ""),
  );
