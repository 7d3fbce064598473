import { execFile, execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

// Machines that are none: each has a network of its own in the kernel (a namespace), with one cable to a switch. Nothing of it
// reaches the networks of the real machine.

const PREFIX = "spoke-hosts-";
const SWITCH = `${PREFIX}switch`;
/** Of a range that is kept for tests of networks (RFC 2544). */
const SUBNET = "198.18.77";
/** Where nobody lives: what is sent there is gone, and nobody is told. */
const NOWHERE = "02:00:00:00:00:01";
const GONE_MS = 5_000;

const execute = promisify(execFile);

/** The machines and their addresses. */
export const HOSTS = {
  db1: `${SUBNET}.11`,
  db2: `${SUBNET}.12`,
  web1: `${SUBNET}.21`,
  web2: `${SUBNET}.22`,
  worker1: `${SUBNET}.31`,
  worker2: `${SUBNET}.32`,
  worker3: `${SUBNET}.33`,
  client: `${SUBNET}.51`,
};

/** The address at which the database is reached; it belongs to the machine that is the primary. */
export const DATABASE_ADDRESS = `${SUBNET}.10`;

/** For access rules. */
export const SUBNET_RANGE = `${SUBNET}.0/24`;

/** @typedef {keyof typeof HOSTS} Host */

const spaceOf = (/** @type {string} */ host) => PREFIX + host;
const ip = (/** @type {string[]} */ ...args) => execute("ip", args);

/** The command that runs a program on a machine. @param {Host} host */
export const within = (host) => ["ip", "netns", "exec", spaceOf(host)];

/** Why there can be no such machines here, in a sentence; nothing when there can. */
export function networkProblem() {
  if (process.platform !== "linux") return "Network namespaces are Linux's.";
  if (spawnSync("ip", ["-V"]).error) return "The program ip is not installed: apt-get install iproute2.";
  if (process.getuid?.() !== 0) return "Network namespaces are made by root alone.";
  const probe = `${PREFIX}probe`;
  const made = spawnSync("ip", ["netns", "add", probe], { encoding: "utf8" });
  if (made.status !== 0) return `This machine allows no network namespaces (${made.stderr.trim()}).`;
  const add = (...what) => spawnSync("ip", ["-n", probe, "link", "add", ...what], { encoding: "utf8" });
  const problems = [
    add("name", "cable", "type", "veth", "peer", "name", "end"),
    add("name", "switch", "type", "bridge"),
  ].map(({ stderr }) => stderr.trim());
  spawnSync("ip", ["netns", "del", probe]);
  const problem = problems.find((text) => text !== "");
  if (problem) return `The kernel here has no virtual cables or no bridges (${problem}).`;
  return undefined;
}

function spaces() {
  const listed = JSON.parse(execFileSync("ip", ["-j", "netns", "list"], { encoding: "utf8" }) || "[]");
  return listed.map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
}

const processesIn = (space) =>
  execFileSync("ip", ["netns", "pids", space], { encoding: "utf8" }).split("\n").filter(Boolean).map(Number);

/** Ends every process on these machines and removes them, also those that a killed run left behind. */
export async function removeNetwork() {
  for (const space of spaces()) {
    const deadline = performance.now() + GONE_MS;
    for (let left = processesIn(space); left.length > 0 && performance.now() < deadline; left = processesIn(space)) {
      for (const pid of left) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It ended by itself meanwhile.
        }
      }
      await sleep(20);
    }
    await ip("netns", "del", space);
  }
}

async function addHost(host, address) {
  const space = spaceOf(host);
  await ip("netns", "add", space);
  await ip("-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", host, "netns", SWITCH);
  await ip("-n", SWITCH, "link", "set", host, "master", "switch", "up");
  await ip("-n", space, "link", "set", "lo", "up");
  await ip("-n", space, "addr", "add", `${address}/24`, "dev", "eth0");
  // Lets the machine tell all others when an address moves to it.
  await execute("ip", ["netns", "exec", space, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/eth0/arp_notify"]);
  await ip("-n", space, "link", "set", "eth0", "up");
}

/** Makes the switch and the machines. */
export async function makeNetwork() {
  await ip("netns", "add", SWITCH);
  await ip("-n", SWITCH, "link", "add", "switch", "type", "bridge");
  await ip("-n", SWITCH, "link", "set", "switch", "up");
  for (const [host, address] of Object.entries(HOSTS)) await addHost(host, address);
}

/** Pulls a machine's cable. @param {Host} host */
export const pullCable = (host) => ip("-n", SWITCH, "link", "set", host, "down");

/** Plugs a machine's cable in again. @param {Host} host */
export const plugCable = (host) => ip("-n", SWITCH, "link", "set", host, "up");

/**
 * Loses everything between a machine and the database, in both directions, without telling either, as a firewall does that
 * forgot them.
 *
 * @param {Host} host
 * @param {Host} primary the machine that the database is on
 */
export async function loseDatabase(host, primary) {
  const nowhere = ["lladdr", NOWHERE, "dev", "eth0", "nud", "permanent"];
  await ip("-n", spaceOf(host), "neigh", "replace", DATABASE_ADDRESS, ...nowhere);
  await ip("-n", spaceOf(primary), "neigh", "replace", HOSTS[host], ...nowhere);
}

/** Undoes `loseDatabase`. @param {Host} host @param {Host} primary */
export async function findDatabase(host, primary) {
  await ip("-n", spaceOf(host), "neigh", "del", DATABASE_ADDRESS, "dev", "eth0");
  await ip("-n", spaceOf(primary), "neigh", "del", HOSTS[host], "dev", "eth0");
}

/** Gives the database's address to a machine, which tells all others (a gratuitous ARP). @param {Host} host */
export async function takeDatabaseAddress(host) {
  const space = spaceOf(host);
  await ip("-n", space, "addr", "add", `${DATABASE_ADDRESS}/24`, "dev", "eth0");
  const { stdout } = await ip("-n", space, "-j", "link", "show", "eth0");
  // The kernel announces its addresses when its hardware address is set, also to what it was.
  await ip("-n", space, "link", "set", "eth0", "address", JSON.parse(stdout)[0].address);
}

/** Takes the database's address from a machine. @param {Host} host */
export const dropDatabaseAddress = (host) =>
  ip("-n", spaceOf(host), "addr", "del", `${DATABASE_ADDRESS}/24`, "dev", "eth0");
