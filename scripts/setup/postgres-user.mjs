import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";

/**
 * How PostgreSQL's programs are run: `command` goes before them, `ids` into the options of `spawn`,
 * and what they write belongs to `ids`.
 *
 * @typedef {{ command: string[], ids: { uid?: number, gid?: number }, owner: { uid: number, gid: number } | undefined }} PostgresUser
 */

/** Capabilities that let PostgreSQL pass through folders that only root may enter, the smaller one first. */
const PASSAGE_CAPABILITIES = ["dac_read_search", "dac_override"];

/** @returns {{ uid: number, gid: number } | undefined} */
function findUser(name) {
  try {
    const number = (flag) =>
      Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: number("-u"), gid: number("-g") };
  } catch {
    return undefined;
  }
}

function createUser() {
  spawnSync("groupadd", ["--system", "postgres"], { stdio: "ignore" });
  spawnSync(
    "useradd",
    ["--system", "--gid", "postgres", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"],
    {
      stdio: "ignore",
    },
  );
  return findUser("postgres");
}

function canEnter(user, folders) {
  const script = 'for folder in "$@"; do test -x "$folder" || exit 1; done';
  const [program = "sh", ...before] = [...user.command, "sh"];
  return (
    spawnSync(program, [...before, "-c", script, "sh", ...folders], { cwd: "/", stdio: "ignore", ...user.ids })
      .status === 0
  );
}

function ownerOf(dataDir) {
  const stats = statSync(dataDir, { throwIfNoEntry: false });
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : undefined;
}

/**
 * Finds the user that PostgreSQL runs as: the current one, or, because PostgreSQL refuses to run as root, whom the data
 * belong to, else `postgres` (made when missing), else `nobody`.
 *
 * @param {{ dataDir: string, folders: string[] }} options where the data are or will be, and the folders that PostgreSQL
 *   must be able to enter
 * @returns {PostgresUser}
 * @throws Error that says what to do, when no user can be used or the folders are closed to it
 */
export function postgresUser({ dataDir, folders }) {
  if (process.getuid?.() !== 0) return { command: [], ids: {}, owner: undefined };
  const ids = ownerOf(dataDir) ?? findUser("postgres") ?? createUser() ?? findUser("nobody");
  if (!ids)
    throw new Error("PostgreSQL refuses to run as root and no other user could be made. Start Spoke as a normal user.");

  const plain = { command: [], ids, owner: ids };
  if (canEnter(plain, folders)) return plain;
  for (const capability of PASSAGE_CAPABILITIES) {
    const command = [
      "setpriv",
      `--reuid=${ids.uid}`,
      `--regid=${ids.gid}`,
      "--clear-groups",
      "--securebits=+no_setuid_fixup", // else access() ignores the capability, and PostgreSQL asks it

      `--inh-caps=-all,+${capability}`,
      `--ambient-caps=-all,+${capability}`,
      "--",
    ];
    if (canEnter({ command, ids: {} }, folders)) return { command, ids: {}, owner: ids };
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and no other user may enter ${folders.join(" or ")}. ` +
      "Move Spoke to a folder that everybody may enter, start it as a normal user, or set DATABASE_URL.",
  );
}
