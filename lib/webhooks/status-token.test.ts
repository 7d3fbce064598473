import { expect, it } from "vitest";
import { newStatusToken, transactionOfToken } from "./status-token";

const id = "01934b2c-1d5e-77ff-bfff-0123456789ab";

it("finds the transaction of a status token, which is another one each time", () => {
  const tokens = Array.from({ length: 100 }, () => newStatusToken(id));
  expect(new Set(tokens.map(transactionOfToken))).toEqual(new Set([id]));
  expect(new Set(tokens).size).toBe(100);
});

it.each(["", id, id.replaceAll("-", ""), `${newStatusToken(id)}x`])("takes %j for no token", (text) => {
  expect(transactionOfToken(text)).toBeUndefined();
});
