import { CycleExport } from "@/lib/contracts/cycles";
import customerLookup from "./examples/customer-lookup.json";
import customerLookupSample from "./examples/customer-lookup.sample.json";
import githubEvents from "./examples/github-events.json";
import githubEventsSample from "./examples/github-events.sample.json";
import orderIntake from "./examples/order-intake.json";
import orderIntakeSample from "./examples/order-intake.sample.json";

/** An exported cycle and a body that its webhook may get. */
export type Example = { file: CycleExport; sample: unknown };

const read = (file: unknown, sample: unknown): Example => ({ file: CycleExport.parse(file), sample });

/** The cycles that a new installation begins with. Changed ones are exported from the builder into `prisma/examples/`. */
export const examples = {
  orderIntake: read(orderIntake, orderIntakeSample),
  customerLookup: read(customerLookup, customerLookupSample),
  githubEvents: read(githubEvents, githubEventsSample),
};
