import { expect, it } from "vitest";
import { passwordLine } from "./admin.mjs";

it.each([
  [{ fits: true, given: false, password: "made once" }, "made once"],
  [{ fits: true, given: true, password: "from outside" }, "as set in SPOKE_ADMIN_PASSWORD"],
  [{ fits: false, given: false, password: "made once" }, "as this user has set it"],
  [
    { fits: false, given: true, password: "from outside" },
    "not SPOKE_ADMIN_PASSWORD: this user keeps the one they had",
  ],
])("tells only a password that fits and that nobody chose: %j", (state, line) => {
  expect(passwordLine(state)).toBe(line);
});
