import { generateClient } from "./setup/generate.mjs";

await generateClient();
