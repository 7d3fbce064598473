import type { Json } from "@/lib/core/json";
import { field, graphOf } from "@/lib/core/testing";

/** The step that every cycle of these tests begins with. */
export const trigger = { id: "trigger", type: "webhook" };
/** Posts `{ n: <the request's body> }` to a URL that ends with its id; not tried again unless told so. */
export const call = (id: string, onError: object = {}) => ({
  id,
  type: "http-request",
  settings: { method: "POST", url: `https://example.com/${id}`, body: [field("n", "{{trigger.body}}")] },
  onError: { retries: 0, ...onError },
});
/** A pure step. */
export const set = {
  id: "fields",
  type: "set-fields",
  settings: { fields: [field("greeting", "Hello {{trigger.body.name}}")] },
};
/** A Delay. */
export const delay = (seconds: number) => ({
  id: "delay",
  type: "delay",
  settings: { amount: seconds, unit: "seconds" },
});
/** A response: `{ ok: "yes" }`. */
export const answer = { id: "answer", type: "sync-response", settings: { fields: [field("ok", "yes")] } };

/** A cycle that answers its caller at once. */
export const answering = graphOf([trigger, answer], ["trigger -> answer"]);

/** Leaves by `true` when the request's body is a number above 0. */
export const isPositive = {
  id: "positive",
  type: "decision",
  settings: {
    groups: [
      {
        conditions: [
          {
            left: { source: "step-field", stepId: "trigger", path: ["body"] },
            operator: "greater",
            right: { source: "value", text: "0" },
          },
        ],
      },
    ],
  },
};

/** Without outside calls. */
export const pure = graphOf([trigger, set], ["trigger -> fields"]);
/** With the outside call `a`. */
export const oneCall = graphOf([trigger, call("a")], ["trigger -> a"]);
/** With the outside calls `a` and `b`. */
export const twoCalls = graphOf([trigger, call("a"), call("b")], ["trigger -> a", "a -> b"]);
/** The numbers from 0, as bodies. */
export const bodies = (count: number): Json[] => Array.from({ length: count }, (_, index) => index);
