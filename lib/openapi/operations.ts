import { alarmOperations } from "./alarms";
import { cycleOperations } from "./cycles";
import { heldOperations } from "./held";
import { incidentOperations } from "./incidents";
import type { Operation } from "./operation";
import { partnerOperations } from "./partner";
import { scriptOperations } from "./scripts";
import { securityOperations } from "./security";
import { systemOperations } from "./system";
import { transactionOperations } from "./transactions";
import { webhookOperations } from "./webhooks";

/** Everything the API can do. */
export const operations: Operation[] = [
  ...partnerOperations,
  ...cycleOperations,
  ...transactionOperations,
  ...heldOperations,
  ...webhookOperations,
  ...incidentOperations,
  ...alarmOperations,
  ...securityOperations,
  ...scriptOperations,
  ...systemOperations,
];
