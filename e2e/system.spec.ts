import { expect, test } from "./fixtures";
import { orderIntake } from "./graphs";

test("metrics rise with each request and transaction, and are not shown to the world", async ({ account, request }) => {
  const cycle = await account.cycle(orderIntake);
  const scrape = async (metric: string) => {
    const lines = (await (await request.get("/metrics")).text()).split("\n");
    return Number(lines.find((line) => line.startsWith(`${metric} `))?.slice(metric.length + 1) ?? 0);
  };
  const metrics = [
    'spoke_webhook_requests_total{outcome="accepted",status="200"}',
    "spoke_webhook_accept_seconds_count",
    "spoke_accept_batch_size_sum",
  ];
  const before = await Promise.all(metrics.map(scrape));
  const answer = await request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
  expect(answer.status()).toBe(200);
  for (const [index, metric] of metrics.entries())
    await expect.poll(() => scrape(metric), metric).toBeGreaterThan(before[index]!);
  expect(await scrape("spoke_database_up")).toBe(1);
  const outside = await request.get("/metrics", { headers: { "X-Forwarded-For": "203.0.113.7" } });
  expect(outside.status()).toBe(403);
});

test("a partner admin sees the processes and reads the figures by keyboard and as a table", async ({
  page,
  pageOf,
}) => {
  await page.goto("/partner/accounts");
  await page.getByRole("link", { name: "System" }).click();
  const processes = page.getByRole("table", { name: "Processes" });
  await expect(processes.getByRole("row", { name: /^Web \d+ on .*Running/ })).toBeVisible();
  await expect(processes.getByRole("row", { name: /^Worker \d+ on .*Running/ })).toBeVisible();
  await expect(page.getByText("No worker is running")).toBeHidden();

  const requests = page.getByRole("region", { name: "Requests by answer", exact: true });
  const moment = requests.getByRole("slider");
  await moment.focus();
  await moment.press("ArrowLeft");
  const read = await moment.getAttribute("aria-valuetext");
  await moment.press("ArrowLeft");
  await expect(moment).not.toHaveAttribute("aria-valuetext", read ?? "");
  await expect(moment).toHaveAttribute("aria-valuetext", /^\d\d:\d\d:\d\d: Accepted /);
  await page.getByRole("radio", { name: "24 h" }).click();
  await expect(moment).toHaveAttribute("aria-valuetext", /^\d\d:\d\d: Accepted /);
  await requests.getByRole("button", { name: "Show Requests by answer as a table" }).click();
  await expect(requests.getByRole("columnheader", { name: "Accepted" })).toBeVisible();
  await expect(requests.getByRole("row")).toHaveCount(97);

  const builder = await pageOf("builder");
  expect((await builder.request.get("/api/v1/system")).status()).toBe(403);
  await builder.goto("/partner/system");
  await expect(builder.getByRole("link", { name: "System" })).toBeHidden();
});
