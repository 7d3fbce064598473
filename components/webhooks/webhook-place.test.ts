import { expect, it } from "vitest";
import { placeOf } from "./webhook-place";

const webhook = {
  account: { id: "a", name: "Acme Ltd" },
  cycle: { id: "c", name: "Orders", state: "running" as const, deleted: false },
  release: null,
  step: { id: "start", name: "Order", deleted: false },
};

it("names the account and the cycle of a webhook", () => {
  expect(placeOf(webhook)).toBe("Acme Ltd › Orders › Order");
});

it("names the template and the release of a webhook in place of the cycle that it is tested in", () => {
  const release = { template: { id: "t", name: "Onboarding" }, number: 2 };
  expect(placeOf({ ...webhook, release })).toBe("Template › Release 2 of Onboarding › Order");
});
