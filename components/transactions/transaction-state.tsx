import { StatusBadge } from "@/components/ui/status-badge";
import type { TransactionSummary } from "@/lib/contracts/transactions";

export type TransactionStateProps = {
  transaction: Pick<TransactionSummary, "state" | "errorStepName">;
  quiet?: boolean;
};

/** A transaction's state; a failed one says at which step. */
export function TransactionState({ transaction: { state, errorStepName }, quiet }: TransactionStateProps) {
  const words = state === "failed" && errorStepName ? `Failed at ${errorStepName}` : undefined;
  return (
    <StatusBadge status={state} quiet={quiet} title={words}>
      {words}
    </StatusBadge>
  );
}
