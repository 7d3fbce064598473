import * as contracts from "@/lib/contracts/transactions";
import type { Operation } from "./operation";

/** What ran, runs and shall run again. */
export const transactionOperations: Operation[] = [
  {
    id: "listTransactions",
    method: "GET",
    path: "/transactions",
    summary: "The account's transactions, newest first; a page with few entries may still have a next one",
    tag: "Transactions",
    access: "account",
    query: contracts.TransactionQuery,
    output: contracts.TransactionPage,
  },
  {
    id: "getTransaction",
    method: "GET",
    path: "/transactions/{id}",
    summary: "One transaction with what each step took and gave",
    tag: "Transactions",
    access: "account",
    output: contracts.TransactionView,
  },
  {
    id: "replayTransaction",
    method: "POST",
    path: "/transactions/{id}/replay",
    summary: "Run the request again on the published version or another, with its data or other data",
    tag: "Transactions",
    access: "account",
    builder: true,
    input: contracts.ReplayInput,
    output: contracts.ReplayResult,
    status: 201,
    problems: ["conflict"],
  },
  {
    id: "cancelTransaction",
    method: "POST",
    path: "/transactions/{id}/cancel",
    summary: "Cancel a transaction that hasn't ended",
    tag: "Transactions",
    access: "account",
    builder: true,
    output: "nothing",
    problems: ["conflict"],
  },
];
