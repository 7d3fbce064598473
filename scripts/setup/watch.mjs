import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { bundleOptions } from "./build.mjs";
import { SetupError, say } from "./progress.mjs";

/**
 * Builds the programs outside Next into `outdir`, and again whenever a file of theirs changes.
 *
 * @param {{ outdir: string, onChange: (name: string) => void }} options
 *   `onChange` is told each program ("server", "worker") that has become another one, from the second build on
 * @returns {Promise<{ stop: () => Promise<void> }>} after the first build; it rejects when that one fails
 */
export async function watchPrograms({ outdir, onChange }) {
  const { context, formatMessagesSync } = createRequire(import.meta.url)("esbuild");
  /** What was built last, by path. */
  const hashes = new Map();
  let builds = 0;
  let reportFirst;
  const first = new Promise((fulfil, reject) => {
    reportFirst = (problem) => (problem ? reject(new SetupError(problem)) : fulfil());
  });

  /** Writes a file when it has changed. @returns whether it has */
  function update({ path, contents }) {
    const hash = createHash("sha256").update(contents).digest("hex");
    if (hashes.get(path) === hash) return false;
    hashes.set(path, hash);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
    return true;
  }

  function onEnd({ errors, outputFiles = [] }) {
    builds += 1;
    const problem = formatMessagesSync(errors, { kind: "error" }).join("\n");
    const changed = outputFiles.filter(update).filter(({ path }) => path.endsWith(".js"));
    if (builds === 1) reportFirst(problem);
    else if (problem) say(problem);
    else for (const { path } of changed) onChange(basename(path, ".js"));
  }

  const watching = await context({
    ...bundleOptions(outdir),
    write: false,
    plugins: [{ name: "report", setup: (build) => build.onEnd(onEnd) }],
  });
  await watching.watch();
  await first;
  return { stop: () => watching.dispose() };
}
