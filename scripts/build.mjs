import { buildApplication, clientIsGenerated, generate } from "./setup/build.mjs";
import { explain, step } from "./setup/progress.mjs";

try {
  if (!clientIsGenerated()) await step("Generating the database client", generate);
  await step("Building the application", buildApplication);
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
