import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "@/package.json";

/** The version that runs, and which build of it: `0.1.0+1a2b3c4d`. Processes of one build give the same. */
export function buildVersion(folder = process.cwd()): string {
  const stamp = join(folder, "dist/build.json");
  if (!existsSync(stamp)) return version;
  const { hash } = JSON.parse(readFileSync(stamp, "utf8")) as { hash: string };
  return `${version}+${hash.slice(0, 8)}`;
}
