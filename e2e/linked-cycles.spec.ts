import type { TransactionPage } from "@/lib/contracts/transactions";
import { expect, test } from "./fixtures";
import { customerLookup, field, from, graph, step, text } from "./graphs";

const post = (url: string, ...body: ReturnType<typeof field>[]) =>
  step("post", "http-request", { method: "POST", url, bodyKind: "json", body }, { name: "Pass it on" });

test("a cycle passes its data on to another one by its webhook", async ({ account, request }) => {
  const second = await account.cycle(
    graph(
      [
        step("in", "webhook"),
        step("done", "set-fields", { fields: [field("text", text("Shipping {{in.body.orderId}}"))] }),
      ],
      ["in", "done"],
    ),
  );
  const first = await account.cycle(
    graph(
      [step("order", "webhook"), post(second.webhookUrl, field("orderId", from("order", "body", "order", "id")))],
      ["order", "post"],
    ),
  );
  const answer = await request.post(first.webhookUrl, { data: { order: { id: "A-10" } } });
  const passing = await account.ended(answer.headers()["x-spoke-transaction-id"] as string);
  expect(passing.steps.at(-1)?.output).toMatchObject({ status: 200, body: { text: "Webhook accepted." } });
  const { entries } = await account.call<TransactionPage>("GET", `/transactions?cycleId=${second.id}`);
  expect(entries).toHaveLength(1);
  const passed = await account.ended(entries[0]?.id as string);
  expect(passed.steps.at(-1)?.output).toEqual({ text: "Shipping A-10" });
});

test("a cycle asks another one and goes on with its answer", async ({ account, request }) => {
  const lookup = await account.cycle(customerLookup);
  const asking = await account.cycle(
    graph(
      [
        step("in", "webhook"),
        post(lookup.webhookUrl, field("email", from("in", "body", "email"))),
        step("done", "set-fields", { fields: [field("known", from("post", "body", "customer", "known"))] }),
      ],
      ["in", "post", "done"],
    ),
  );
  const answer = await request.post(asking.webhookUrl, { data: { email: "ann@example.com" } });
  const transaction = await account.ended(answer.headers()["x-spoke-transaction-id"] as string);
  expect(transaction.steps.at(-1)?.output).toEqual({ known: "yes" });
});
