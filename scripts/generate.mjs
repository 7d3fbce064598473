import { generate } from "./setup/build.mjs";

await generate();
