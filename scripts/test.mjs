import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exit(1);
}
import("./setup/test-run.mjs").then(async ({ main }) => {
  process.exitCode = await main(process.argv.slice(2));
});
