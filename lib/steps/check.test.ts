import { describe, expect, test } from "vitest";
import type { Graph } from "@/lib/core/graph";
import { field, graphOf } from "@/lib/core/testing";
import { checkGraph, isSynchronous } from "./check";

const trigger = { id: "trigger", type: "webhook", name: "Webhook" };
const set = (id: string, text = "x") => ({ id, type: "set-fields", settings: { fields: [field("a", text)] } });
const call = (settings: object = {}, more: object = {}) => ({
  id: "call",
  type: "http-request",
  name: "Create invoice",
  settings: { url: "https://example.com", ...settings },
  ...more,
});
const respond = (id: string) => ({ id, type: "sync-response" });
const decide = {
  id: "decide",
  type: "decision",
  settings: {
    groups: [
      { conditions: [{ left: { source: "step-field", stepId: "trigger", path: ["body"] }, operator: "exists" }] },
    ],
  },
};

const messages = (graph: Graph, secrets: string[] = [], addressLists: string[] = []) =>
  checkGraph(graph, { secrets, addressLists }).map(({ severity, stepId, field, message }) =>
    [severity, stepId, field, message].filter((part) => part !== null).join(" | "),
  );

test("finds nothing wrong with a cycle that can run", () => {
  const graph = graphOf(
    [trigger, set("fields", "{{trigger.body.a}} {{var.rate}}"), { id: "note", type: "note" }],
    ["trigger -> fields"],
    [{ name: "rate", value: "1" }],
  );
  expect(messages(graph)).toEqual([]);
});

describe("connections", () => {
  test.each<[string, Graph, string[]]>([
    ["no steps", graphOf([], []), ["error | The cycle has no trigger. Add a Webhook to begin with."]],
    [
      "a trigger alone",
      graphOf([trigger], []),
      ["error | trigger | Webhook has nothing after it. Add the step that each request goes to."],
    ],
    [
      "two triggers",
      graphOf(
        [trigger, { ...trigger, id: "other", name: "Other" }, set("fields")],
        ["trigger -> fields", "other -> fields"],
      ),
      [
        "error | other | Other is one trigger too many. A cycle begins with one: lead an earlier step to it, or remove it.",
      ],
    ],
    [
      "a step that isn't connected",
      graphOf([trigger, set("fields"), set("lonely")], ["trigger -> fields"]),
      ["error | lonely | lonely isn't connected. Connect it to an earlier step, or remove it."],
    ],
    [
      "an exit that is gone",
      graphOf([trigger, set("fields"), set("more")], ["trigger -> fields", "fields:error -> more"]),
      ['error | fields | fields has no exit "error" any more. Remove the edge, or draw it anew.'],
    ],
    [
      "an edge into the trigger",
      graphOf([trigger, set("fields")], ["trigger -> fields", "fields -> trigger"]),
      [
        "error | The cycle has no trigger. Add a Webhook to begin with.",
        "error | trigger | matchIncoming | Webhook has no property of the request. Type one.",
        "error | trigger | matchExisting | Webhook has no property of the transaction. Type one, or map it from an earlier step.",
        "error | trigger | Webhook leads back to itself. Remove one of the edges of this circle.",
        "error | fields | fields leads back to itself. Remove one of the edges of this circle.",
      ],
    ],
    [
      "an edge to nowhere",
      graphOf([trigger, set("fields")], ["trigger -> fields", "fields -> gone"]),
      ["error | fields | An edge leads to a step that no longer exists. Remove it."],
    ],
    [
      "one name twice",
      graphOf([trigger, set("fields"), { ...set("more"), name: "Fields " }], ["trigger -> fields", "fields -> more"]),
      ["error | more | Another step is called Fields too. Give one a different name."],
    ],
  ])("says what is wrong with %s", (_, graph, expected) => {
    expect(messages(graph)).toEqual(expected);
  });
});

describe("a webhook in the middle of a cycle", () => {
  const mapped = {
    matchIncoming: "body.id",
    matchExisting: { source: "step-field", stepId: "trigger", path: ["body", "id"] },
  };
  const middle = (settings: Record<string, unknown>) => ({ id: "middle", type: "webhook", settings });
  const edges = ["trigger -> middle", "middle -> after"];

  test("passes with its mapping, and both exits with a timeout", () => {
    expect(messages(graphOf([trigger, middle(mapped), set("after")], edges))).toEqual([]);
    const timed = graphOf(
      [trigger, middle({ ...mapped, timeoutSeconds: 60 }), set("after"), set("late")],
      [...edges, "middle:timed-out -> late"],
    );
    expect(messages(timed)).toEqual([]);
  });

  test("keeps the cycle from starting while its mapping is empty", () => {
    expect(messages(graphOf([trigger, middle({}), set("after")], edges))).toEqual([
      "error | middle | matchIncoming | middle has no property of the request. Type one.",
      "error | middle | matchExisting | middle has no property of the transaction. Type one, or map it from an earlier step.",
    ]);
  });

  test("can wait for a field of an earlier step only", () => {
    const later = { ...mapped, matchExisting: { source: "step-field", stepId: "after", path: ["value"] } };
    expect(messages(graphOf([trigger, middle(later), set("after")], edges))).toEqual([
      "error | middle | matchExisting | middle takes Property of the transaction from after, which doesn't come before it. Choose a field of an earlier step.",
    ]);
  });

  test("needs a path that can be read", () => {
    expect(messages(graphOf([trigger, middle({ ...mapped, matchIncoming: "body..id" }), set("after")], edges))).toEqual(
      [
        "error | middle | matchIncoming | The property of the request can't be read as a path. Choose one, or type one like body.order.id.",
      ],
    );
  });

  test("asks for no mapping where it begins the cycle", () => {
    expect(messages(graphOf([{ ...middle({}), id: "trigger" }, set("after")], ["trigger -> after"]))).toEqual([]);
  });
});

describe("settings", () => {
  const check = (step: object, secrets: string[] = []) =>
    messages(
      graphOf(
        [trigger, step as never, set("later")],
        [`trigger -> ${(step as { id: string }).id}`, `${(step as { id: string }).id} -> later`],
      ),
      secrets,
    );

  test.each([
    [{ status: 199 }, "status | reply: Status code can't be used. It must be 200 or more."],
    [{ status: 600 }, "status | reply: Status code can't be used. It must be 599 or less."],
    [{ status: 200.5 }, "status | reply: Status code can't be used. It must be a whole number."],
    [
      { contentType: "x".repeat(201) },
      "contentType | reply: Content type can't be used. It must be 200 characters or less.",
    ],
    [
      { headers: Array(101).fill(field("X-A", "1")) },
      "headers | reply: Headers can't be used. It must be 100 entries or less.",
    ],
  ])("out of their bounds are told with these: %j", (settings, problem) => {
    expect(check({ id: "reply", type: "sync-response", settings })).toEqual([`error | reply | ${problem}`]);
  });

  test.each<[object, string[]]>([
    [call({ url: " " }), ["error | call | url | Create invoice has no URL. Type one, or map it from an earlier step."]],
    [
      call({ url: "ftp://x" }),
      ["error | call | url | The URL begins with http:// or https://, or with a merge field."],
    ],
    [
      call({ auth: "bearer" }),
      ["error | call | auth-secret | Create invoice has no secret. Type it; it is stored encrypted."],
    ],
    [
      call({ auth: "basic", authUser: "" }),
      [
        "error | call | authUser | Create invoice has no user name. Type one.",
        "error | call | auth-secret | Create invoice has no secret. Type it; it is stored encrypted.",
      ],
    ],
    [
      call({ query: [{ name: "", value: { source: "value", text: "1" } }] }),
      ["error | call | query | A field has no name. Type one, or remove the field."],
    ],
    [
      call({ url: "https://{{gone.host}}" }),
      [
        "error | call | url | Create invoice takes URL from a step that no longer exists. Choose a field of another step.",
      ],
    ],
    [
      call({ url: "https://{{later.host}}" }),
      [
        "error | call | url | Create invoice takes URL from later, which doesn't come before it. Choose a field of an earlier step.",
      ],
    ],
    [
      call({ url: "https://{{call.host}}" }),
      [
        "error | call | url | Create invoice takes URL from Create invoice, which doesn't come before it. Choose a field of an earlier step.",
      ],
    ],
    [
      call({ url: "https://x/{{var.rate}}" }),
      [
        "error | call | url | Create invoice uses the variable rate in URL, but the cycle has no such variable. Add it, or choose another.",
      ],
    ],
    [call({ method: "GET", body: [field("a", "{{gone.x}}")] }), []],
    [
      { id: "fields", type: "set-fields", name: "Build" },
      ["error | fields | fields | Build has no fields. Add at least one."],
    ],
    [
      { id: "wait", type: "delay", settings: { amount: 32, unit: "days" } },
      ["error | wait | amount | A delay is 31 days at most, because a transaction's data is kept that long."],
    ],
    [
      { id: "odd", type: "teleport" },
      ['error | odd | odd is of the unknown type "teleport". Remove it, or update Spoke.'],
    ],
  ])("says what is missing in %j", (step, expected) => {
    expect(check(step)).toEqual(expected);
  });

  test("knows the secrets that are stored", () => {
    expect(check(call({ auth: "bearer" }), ["call/auth"])).toEqual([]);
  });

  test("says which setting can't be read", () => {
    const [message] = check(call({ method: "BREW" }));
    expect(message).toMatch(/^error \| call \| method \| Create invoice: Method can't be used\. /);
  });
});

describe("answers", () => {
  test("a cycle is synchronous when its trigger can reach a response", () => {
    expect(isSynchronous(graphOf([trigger, respond("a")], ["trigger -> a"]))).toBe(true);
    expect(isSynchronous(graphOf([trigger, respond("a")], []))).toBe(false);
    expect(isSynchronous(graphOf([trigger, set("a")], ["trigger -> a"]))).toBe(false);
  });

  test("warns of each path that never reaches a response", () => {
    const graph = graphOf(
      [trigger, decide, respond("found"), set("lost")],
      ["trigger -> decide", "decide:true -> found", "decide:false -> lost"],
    );
    expect(messages(graph)).toEqual([
      "warning | lost | The path that leaves lost never reaches a response. The caller then gets 200 with the transaction's id.",
    ]);
  });

  test("warns of an exit that leads nowhere, and of a Stop", () => {
    const graph = graphOf(
      [
        trigger,
        decide,
        call({}, { name: "call", onError: JSON.parse('{"then":"error-exit"}') }),
        respond("ok"),
        { id: "halt", type: "stop" },
      ],
      ["trigger -> decide", "decide:true -> call", "call -> ok", "decide:false -> halt"],
    );
    expect(messages(graph)).toEqual([
      "warning | call | The path that leaves call by Error never reaches a response. The caller then gets 200 with the transaction's id.",
      "warning | call | The Error exit of call leads nowhere, so its failures go unseen.",
      "warning | halt | halt ends the cycle without a response. The caller then gets 200 with the transaction's id.",
    ]);
  });

  test("is content when one of the branches that run side by side answers", () => {
    const graph = graphOf([trigger, respond("a"), set("b")], ["trigger -> a", "trigger -> b"]);
    expect(messages(graph)).toEqual([]);
  });
});

test("warns of a webhook that refuses every request because no address is allowed", () => {
  const graph = graphOf([{ id: "trigger", type: "webhook-ip-filtered" }, set("fields")], ["trigger -> fields"]);
  expect(messages(graph)).toEqual([
    "warning | trigger | trigger refuses every request: no address is allowed. Type those that may send to it.",
  ]);
  expect(messages(graph, [], ["trigger"])).toEqual([]);
});
