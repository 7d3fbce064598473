import { expect, it } from "vitest";
import { ApiError } from "@/lib/client/api";
import { CreateUserInput } from "@/lib/contracts/accounts";
import { apiErrors, schemaErrors } from "./form-errors";

it("gives each field the first thing that its contract found wrong", () => {
  const parsed = CreateUserInput.safeParse({ name: " ", email: "nobody", password: "short", role: "builder" });
  expect(schemaErrors(parsed.error!).fields).toEqual({
    name: "Type a name",
    email: "Type an e-mail address",
    password: "Use 10 characters or more",
  });
});

it("puts what the API refused beside the field it names", () => {
  const error = new ApiError(422, "invalid", "name: Type a name", {
    errors: [{ path: "name", message: "Type a name" }],
  });
  expect(apiErrors(error, ["name"])).toEqual({ fields: { name: "Type a name" } });
});

it("shows a refusal that belongs to no field of the form above its buttons", () => {
  const taken = new ApiError(409, "conflict", "There is an account with this name. Choose another.");
  expect(apiErrors(taken, ["name"])).toEqual({ fields: {}, form: taken.message });
  const elsewhere = new ApiError(422, "invalid", "role: Unknown", { errors: [{ path: "role", message: "Unknown" }] });
  expect(apiErrors(elsewhere, ["name"]).form).toBe("role: Unknown");
});
