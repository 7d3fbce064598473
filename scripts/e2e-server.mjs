import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./setup/root.mjs";
import { main } from "./setup/run.mjs";

/** Spoke for the browser tests: whole, as `npm start` runs it, with data of its own that is gone afterwards. Its logs stay. */
const dataDir = mkdtempSync(join(tmpdir(), "spoke-e2e-"));
process.on("exit", () => {
  const logs = join(dataDir, "logs");
  if (existsSync(logs)) cpSync(logs, join(root, "test-results/logs"), { recursive: true });
  rmSync(dataDir, { recursive: true, force: true });
});

delete process.env.DATABASE_URL;
process.env.SPOKE_DATA_DIR = dataDir;
process.env.EGRESS_ALLOW = "127.0.0.1,::1,localhost"; // the applications that the tests call run on this machine

await main({ mode: "production", args: [], readEnvFile: false });
