import { nodeVersionProblem } from "./setup/node-version.mjs";

// Nothing else is imported before this check: newer syntax would end an old Node with a riddle.
const problem = nodeVersionProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exit(1);
}
import("./setup/run.mjs").then(({ main }) => main({ mode: "production", args: process.argv.slice(2) }));
