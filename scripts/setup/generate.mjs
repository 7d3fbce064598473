import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "./root.mjs";

/** Writes the Prisma client of `prisma/schema.prisma` into `lib/db/generated`. Rejects with Prisma's own words. */
export async function generateClient() {
  const cli = join(dirname(createRequire(import.meta.url).resolve("prisma/package.json")), "build/index.js");
  await promisify(execFile)(process.execPath, [cli, "generate", "--schema", join(root, "prisma/schema.prisma")], {
    cwd: root,
    // Prisma downloads its schema engine unless it is told where one is; generating a client starts none.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1" },
  });
}
