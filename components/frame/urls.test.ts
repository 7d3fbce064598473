import { describe, expect, it } from "vitest";
import { accountSwitchHref, isCurrent, isCyclePage } from "./urls";

describe("accountSwitchHref", () => {
  it.each([
    ["the list of cycles", "/accounts/a/cycles", "/accounts/b/cycles"],
    ["the list of transactions", "/accounts/a/transactions", "/accounts/b/transactions"],
    ["one transaction, to the list", "/accounts/a/transactions/01J8", "/accounts/b/transactions"],
    ["one cycle, to the list", "/accounts/a/cycles/c1", "/accounts/b/cycles"],
    ["a page of the partner, to the cycles", "/partner/webhooks", "/accounts/b/cycles"],
  ])("leads from %s", (_, from, to) => {
    expect(accountSwitchHref(from, "b")).toBe(to);
  });
});

describe("isCurrent", () => {
  it("holds for the page and for those below it, not for one that only begins alike", () => {
    expect(isCurrent("/partner/users", "/partner/users")).toBe(true);
    expect(isCurrent("/partner/users/7", "/partner/users")).toBe(true);
    expect(isCurrent("/partner/users-and-more", "/partner/users")).toBe(false);
  });
});

describe("isCyclePage", () => {
  it("holds for one cycle, not for the list of them", () => {
    expect(isCyclePage("/accounts/a/cycles/c1")).toBe(true);
    expect(isCyclePage("/accounts/a/cycles")).toBe(false);
  });
});
