import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type { TransactionPage, TransactionView } from "@/lib/contracts/transactions";
import { expect, test } from "./fixtures";
import { field, from, graph, step, text, when } from "./graphs";

type Json = Record<string, unknown>;
type Example = { event: string; source: string; payload: Json };

const require = createRequire(import.meta.url);
const sources = ["api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35"];

const examples: Example[] = sources.flatMap((source) =>
  (require(`@octokit/webhooks-examples/${source}/index.json`) as { name: string; examples: Json[] }[]).flatMap(
    ({ name, examples: payloads }) => payloads.map((payload) => ({ event: name, source, payload })),
  ),
);

/** Maps who did what where, and decides on the action. */
const github = graph(
  [
    step("github", "webhook"),
    step("opened", "decision", when(from("github", "body", "action"), "in-list", "opened, created, published")),
    step("announce", "set-fields", {
      fields: [
        field("kind", text("new")),
        field("event", from("github", "headers", "x-github-event")),
        field("who", from("github", "body", "sender", "login")),
        field("title", text("{{github.body.sender.login}} in {{github.body.repository.full_name}}")),
      ],
    }),
    step("file", "set-fields", {
      fields: [
        field("kind", text("other")),
        field("action", from("github", "body", "action")),
        field("repository.id", from("github", "body", "repository", "id")),
        field("repository.topics", from("github", "body", "repository", "topics")),
      ],
    }),
  ],
  ["github", "opened:true", "announce"],
  ["opened:false", "file"],
);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const read = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
const shown = (value: unknown) => (value === undefined || value === null ? "" : String(value));
const without = (fields: Json) => JSON.parse(JSON.stringify(fields)) as Json;

/** What the cycle should make of a payload, worked out here from the payload alone. */
function expected({ event, payload }: Example): { exit: string; output: Json } {
  const isNew = ["opened", "created", "published"].includes(String(payload.action));
  const repository = without({ id: read(payload, "repository", "id"), topics: read(payload, "repository", "topics") });
  return isNew
    ? {
        exit: "true",
        output: without({
          kind: "new",
          event,
          who: read(payload, "sender", "login"),
          title: `${shown(read(payload, "sender", "login"))} in ${shown(read(payload, "repository", "full_name"))}`,
        }),
      }
    : {
        exit: "false",
        output: without({
          kind: "other",
          action: payload.action,
          ...(Object.keys(repository).length > 0 ? { repository } : {}),
        }),
      };
}

/** Runs `work` over all entries, `width` at a time. */
async function inParallel<T, R>(entries: T[], width: number, work: (entry: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(entries.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let index = next++; index < entries.length; index = next++) results[index] = await work(entries[index] as T);
    }),
  );
  return results;
}

test("every real GitHub payload becomes the transaction that it should", async ({ account }) => {
  test.setTimeout(300_000);
  expect(examples.length).toBeGreaterThan(700);
  const cycle = await account.cycle(github);

  const ids = await inParallel(examples, 20, async ({ event, payload }) => {
    const answer = await fetch(cycle.webhookUrl, {
      method: "POST",
      body: JSON.stringify(payload),
      headers: {
        accept: "*/*",
        "content-type": "application/json",
        "user-agent": "GitHub-Hookshot/760256b",
        "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "x-github-event": event,
        "x-github-hook-id": "292430182",
        "x-github-hook-installation-target-id": "79929171",
        "x-github-hook-installation-target-type": "repository",
      },
    });
    expect([answer.status, await answer.text()]).toEqual([200, "Webhook accepted."]);
    return answer.headers.get("x-spoke-transaction-id") as string;
  });
  expect(new Set(ids).size).toBe(examples.length);

  const call = await account.withKey();
  const open = async () => {
    const path = `/transactions?cycleId=${cycle.id}&state=`;
    const pages = await Promise.all(["queued", "running"].map((state) => call<TransactionPage>("GET", path + state)));
    return pages.flatMap(({ entries }) => entries).length;
  };
  await expect.poll(open, { timeout: 120_000 }).toBe(0);
  const transactions = await inParallel(ids, 8, (id) => call<TransactionView>("GET", `/transactions/${id}`));
  const pairs = transactions.map((transaction, index) => {
    const example = examples[index] as Example;
    return {
      example,
      made: outcome(transaction),
      wanted: { state: "completed", body: example.payload, ...expected(example) },
    };
  });
  // Said of those that differ alone: to compare hundreds of payloads takes `expect` many seconds.
  for (const { example, made, wanted } of pairs.filter(({ made, wanted }) => !isDeepStrictEqual(made, wanted)))
    expect.soft(made, `${example.source} ${example.event}`).toEqual(wanted);
});

/** State, decoded body, the Decision's exit and the last step's output of a transaction. */
function outcome(transaction: TransactionView) {
  const last = transaction.steps.at(-1);
  return {
    state: transaction.state,
    body: read(transaction.input, "body"),
    exit: transaction.steps.find((record) => record.stepId === "opened")?.exit,
    output: last?.output,
  };
}
