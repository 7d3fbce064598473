import type { TransactionStateName } from "@/lib/contracts/transactions";
import type { $Enums } from "@/lib/db/generated/client";

type State = $Enums.TransactionState;

/** A Transaction's state in the words of the API. */
export const transactionStateName = (state: State): TransactionStateName => state.toLowerCase() as Lowercase<State>;

/** A Transaction's state in the words of the database. */
export const transactionStateOf = (name: TransactionStateName): State =>
  name.toUpperCase() as Uppercase<TransactionStateName>;
