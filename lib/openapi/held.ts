import * as contracts from "@/lib/contracts/held";
import type { Operation } from "./operation";

/** What waits at mid-cycle webhooks. */
export const heldOperations: Operation[] = [
  {
    id: "countHeldTransactions",
    method: "GET",
    path: "/cycles/{id}/held",
    summary: "How many transactions each webhook of the cycle holds, counted up to 10,000",
    tag: "Transactions",
    access: "account",
    output: contracts.HeldCounts,
  },
  {
    id: "listHeldTransactions",
    method: "GET",
    path: "/cycles/{id}/steps/{stepId}/held",
    summary: "The transactions that a mid-cycle webhook holds, newest first",
    tag: "Transactions",
    access: "account",
    query: contracts.HeldQuery,
    output: contracts.HeldPage,
  },
  {
    id: "continueTransaction",
    method: "POST",
    path: "/transactions/{id}/continue",
    summary: "Continue a transaction from a mid-cycle webhook that it has reached, with data of your own",
    tag: "Transactions",
    access: "account",
    builder: true,
    input: contracts.ContinueInput,
    output: contracts.ContinueResult,
    status: 201,
    problems: ["conflict"],
  },
];
