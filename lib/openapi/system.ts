import * as contracts from "@/lib/contracts/system";
import type { Operation } from "./operation";

/** How the installation itself is doing. */
export const systemOperations: Operation[] = [
  {
    id: "getSystem",
    method: "GET",
    path: "/system",
    summary: "How the whole installation stands: its processes, its queue, what is wrong, and its figures over a range",
    tag: "System",
    access: "partner-admin",
    query: contracts.SystemQuery,
    output: contracts.SystemView,
  },
];
