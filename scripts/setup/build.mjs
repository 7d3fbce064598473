import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { generateClient } from "./generate.mjs";
import { withLock } from "./lock.mjs";
import { endWithUs } from "./process.mjs";
import { SetupError } from "./progress.mjs";
import { root } from "./root.mjs";

/** What the built application is made of. */
const SOURCES = [
  "app",
  "components",
  "lib",
  "prisma",
  "public",
  "worker",
  "server.ts",
  "next.config.js",
  "postcss.config.mjs",
  "tsconfig.json",
  "package-lock.json",
  "scripts/setup/build.mjs",
];
const NOT_SOURCES = /\.test\.tsx?$|^lib\/db\/(generated\/|testing\.ts|test-cluster\.ts)|\.DS_Store$/;

/** The programs that run outside Next, the module that checks their environment, and the threads for users' scripts. */
const ENTRIES = {
  server: "server.ts",
  worker: "worker/main.ts",
  seed: "prisma/seed.ts",
  env: "lib/env.ts",
  "script-thread": "lib/script/thread-main.ts",
};

const buildStamp = join(root, "dist/build.json");
const clientStamp = join(root, "lib/db/generated/schema.sha256");

function sourceFiles(folder) {
  return SOURCES.flatMap((name) => {
    const path = join(folder, name);
    if (!existsSync(path)) return [];
    if (name.includes(".")) return [name];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath ?? entry.path, entry.name)
          .slice(folder.length)
          .replaceAll("\\", "/"),
      );
  })
    .filter((path) => !NOT_SOURCES.test(path))
    .sort();
}

/**
 * Gives a text that changes whenever a source of the application does.
 *
 * @param {string} folder the checkout, with a slash at the end
 */
export function hashSources(folder) {
  const hash = createHash("sha256");
  for (const path of sourceFiles(folder)) {
    const content = readFileSync(join(folder, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

const readText = (path) => (existsSync(path) ? readFileSync(path, "utf8").trim() : undefined);

const hashSchema = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "prisma/schema.prisma")))
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

/** Whether the Prisma client was made from the schema as it is now. */
export const clientIsGenerated = () => readText(clientStamp) === hashSchema();

/** Makes the Prisma client anew. */
export async function generate() {
  await generateClient();
  writeFileSync(clientStamp, hashSchema());
}

/** Whether the built application was made from the sources as they are now. */
export function isBuilt() {
  const stamp = readText(buildStamp);
  const buildId = readText(join(root, ".next/BUILD_ID"));
  if (!stamp || !buildId) return false;
  const built = JSON.parse(stamp);
  return built.buildId === buildId && built.hash === hashSources(root);
}

/** The settings of esbuild for the programs outside Next: one file each, packages stay in `node_modules`. */
export const bundleOptions = (outdir) => ({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  outdir,
  bundle: true,
  packages: /** @type {const} */ ("external"),
  platform: /** @type {const} */ ("node"),
  format: /** @type {const} */ ("esm"),
  target: "node20.19",
  sourcemap: true,
  logLevel: /** @type {const} */ ("silent"),
});

function buildPages() {
  const next = join(root, "node_modules/next/dist/bin/next");
  return new Promise((fulfil, reject) => {
    const child = spawn(process.execPath, [next, "build"], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    endWithUs(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? fulfil() : reject(new SetupError(`The application could not be built:\n${output.trim()}`)),
    );
  });
}

async function bundlePrograms() {
  const { build } = createRequire(import.meta.url)("esbuild");
  try {
    await build(bundleOptions("dist"));
  } catch (error) {
    throw new SetupError(`The programs could not be built:\n${error.message}`);
  }
}

/** Builds the application when its sources have changed since the last time. Two that ask at once build it once. */
export async function buildApplication() {
  mkdirSync(join(root, "dist"), { recursive: true });
  await withLock(join(root, "dist/.lock"), async () => {
    if (isBuilt()) return;
    rmSync(buildStamp, { force: true });
    const hash = hashSources(root);
    await bundlePrograms();
    await buildPages();
    const buildId = readText(join(root, ".next/BUILD_ID"));
    writeFileSync(buildStamp, JSON.stringify({ hash, buildId }));
  });
}
