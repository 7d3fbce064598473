import { cycleOperations } from "./cycles";
import type { Operation } from "./operation";
import { partnerOperations } from "./partner";
import { systemOperations } from "./system";
import { transactionOperations } from "./transactions";
import { webhookOperations } from "./webhooks";

/** Everything the API can do. */
export const operations: Operation[] = [
  ...partnerOperations,
  ...cycleOperations,
  ...transactionOperations,
  ...webhookOperations,
  ...systemOperations,
];
