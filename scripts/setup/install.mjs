import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endWithUs } from "./process.mjs";
import { SetupError } from "./progress.mjs";
import { root } from "./root.mjs";

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8"));
  } catch {
    return undefined;
  }
}

const suits = (allowed, value) =>
  !allowed || allowed.includes(value) || (allowed[0]?.startsWith("!") && !allowed.includes(`!${value}`));

/**
 * Compares what should be installed with what is.
 *
 * @param {{ lock: any, installed: any, platform: string, arch: string, withDev: boolean }} state
 *   `package-lock.json`, npm's own record of the installation, and the machine
 * @returns {boolean} whether everything this machine needs is there in the right version
 */
export function isInstalled({ lock, installed, platform, arch, withDev }) {
  if (!lock || !installed) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === "" || wanted.link) return true;
    if (wanted.dev && !withDev) return true;
    const found = installed.packages[path];
    if (found) return found.version === wanted.version && found.integrity === wanted.integrity;
    // Which C library a package is for is npm's to know; of the others we know whether this machine needs them.
    const needless = wanted.libc || !suits(wanted.os, platform) || !suits(wanted.cpu, arch);
    const machineBound = wanted.os || wanted.cpu;
    return needless || Boolean((wanted.optional || wanted.devOptional || wanted.peer) && !machineBound);
  });
}

/** Whether `npm ci` has nothing to do here. */
export function packagesAreInstalled({ withDev }) {
  const installed = readLock("node_modules/.package-lock.json");
  return isInstalled({
    lock: readLock("package-lock.json"),
    installed,
    platform: process.platform,
    arch: process.arch,
    withDev,
  });
}

/** Installs exactly what `package-lock.json` names. */
export function installPackages() {
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const [program, ...args] = [...npm, "ci", "--include=dev", "--no-audit", "--no-fund"];
  return new Promise((fulfil, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    endWithUs(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", (error) =>
      reject(new SetupError(`npm could not be started (${error.message}). Install npm and try again.`)),
    );
    child.on("close", (code) => {
      if (code === 0) return fulfil();
      reject(new SetupError(`npm could not install the packages. It said:\n${output.trim()}`));
    });
  });
}
