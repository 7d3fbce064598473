import { expect, it } from "vitest";
import { signInProblem } from "./sign-in-problem";

it.each([
  { code: "limited:900", minutes: 15 },
  { code: "limited:61", minutes: 2 },
  { code: "limited:1", minutes: 1 },
])("says in how many minutes to try again: $code", ({ code, minutes }) => {
  expect(signInProblem(code)).toBe(`Too many attempts. Try again in ${minutes} min.`);
});

it("does not say whether the e-mail address or the password was wrong", () => {
  expect(signInProblem("invalid")).toBe("The e-mail address or the password is wrong.");
});

it("tells an answer that failed from none at all", () => {
  expect(signInProblem("failed")).toMatch(/log/);
  expect(signInProblem(undefined)).toMatch(/connection/);
});
