import { existsSync, readFileSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";

const SHARED_MEMORY = "/dev/shm";
const ENOUGH_ROOM = 4 * 1024 ** 3;
const ENOUGH_MEMORY = 6 * 1024 ** 3;

/**
 * Whether the tests' files have room in memory, and programs may be run from there.
 *
 * @param {{ room: number, memory: number, mounts: string }} machine free bytes of the file system and of the machine, and
 *   what `/proc/mounts` holds
 */
export function memorySuits({ room, memory, mounts }) {
  const fields = mounts.split("\n").map((line) => line.split(" "));
  const options = fields.find(([, folder]) => folder === SHARED_MEMORY)?.[3]?.split(",");
  return room >= ENOUGH_ROOM && memory >= ENOUGH_MEMORY && options !== undefined && !options.includes("noexec");
}

/**
 * Where the tests keep what is thrown away after them: in memory where there is plenty of it, because making and removing the
 * files of dozens of databases keeps a disk busy for longer than the tests take; else in the temporary folder.
 */
export function scratchFolder() {
  if (process.platform !== "linux" || !existsSync(SHARED_MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  const mounts = readFileSync("/proc/mounts", "utf8");
  return memorySuits({ room: bavail * bsize, memory: freemem(), mounts }) ? SHARED_MEMORY : tmpdir();
}
