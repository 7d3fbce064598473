import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { SetupError } from "./setup/progress.mjs";
import { root } from "./setup/root.mjs";

/** Where a browser is when somebody installed it, on machines that the package's does not run on. */
const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  ...["/Applications", join(homedir(), "Applications")].flatMap((folder) => [
    `${folder}/Google Chrome.app/Contents/MacOS/Google Chrome`,
    `${folder}/Chromium.app/Contents/MacOS/Chromium`,
  ]),
];

const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
  "--disable-gpu", // emulating one costs more than drawing without
];

/**
 * How the tests start their browser.
 *
 * @typedef {{ executablePath: string, args: string[], env: Record<string, string> }} Chromium
 */

/** Tells Chromium of the package's fonts, which is all there may be on a bare machine. */
const fontSettings = (folder) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;

/** Unpacks the Chromium of the package `@sparticuz/chromium`, with the libraries a bare machine lacks, into `.cache`. */
function unpack() {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const packageDir = entry.slice(0, entry.lastIndexOf("/build/"));
  const { version } = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8"));
  const folder = join(root, `.cache/chromium-${version}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    const script = 'import("@sparticuz/chromium").then((chromium) => chromium.default.executablePath())';
    execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: root,
      // The package unpacks into the temporary folder, and its libraries only where it takes itself to be in a Lambda.
      env: { ...process.env, TMPDIR: unfinished, AWS_LAMBDA_JS_RUNTIME: "nodejs22.x" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    writeFileSync(join(unfinished, "fonts.conf"), fontSettings(folder));
    if (existsSync(folder)) rmSync(unfinished, { recursive: true });
    else renameSync(unfinished, folder);
  }
  return folder;
}

/**
 * Finds a browser for the tests: `CHROMIUM_PATH`; else, on Linux, the one from npm, which is the same everywhere and, as
 * it has no window, takes two thirds of the time of one that somebody installed; elsewhere an installed Chrome or Chromium.
 *
 * @returns {Chromium}
 * @throws SetupError that says what to do when there is none
 */
export function findChromium() {
  const args = process.getuid?.() === 0 ? ["--no-sandbox", ...QUIET] : QUIET;
  const env = /** @type {Record<string, string>} */ ({ ...process.env });
  const given = process.env.CHROMIUM_PATH;
  if (given && !existsSync(given))
    throw new SetupError(`CHROMIUM_PATH names ${given}, and there is nothing. Correct it.`);
  const hasPackage = process.platform === "linux" && process.arch === "x64";
  const executablePath = given || (hasPackage ? undefined : INSTALLED.find((path) => existsSync(path)));
  if (executablePath) return { executablePath, args, env };
  if (!hasPackage)
    throw new SetupError("The tests need a browser. Install Google Chrome or Chromium, or set CHROMIUM_PATH to one.");

  const folder = unpack();
  const libraries = [join(folder, "al2023/lib"), env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return {
    executablePath: join(folder, "chromium"),
    // Its own sandbox needs a helper program that the package does not bring.
    args: [...new Set(["--no-sandbox", "--no-zygote", ...args])],
    env: { ...env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}
