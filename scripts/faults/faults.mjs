import { until } from "./harness/until.mjs";

/**
 * What a fault has to do with.
 *
 * @typedef {object} Scene
 * @property {import("./harness/stack.mjs").Stack} stack
 * @property {import("./harness/stub.mjs").Stub} stub
 * @property {import("./harness/load.mjs").Load} load which goes on all the time
 * @property {number} outageMs how long the database is away; 0 is until every worker has lost its lease
 * @property {() => number} random at least 0 and below 1
 *
 * @typedef {{ beginMs: number, endMs: number }} Span of the fault; a killed process comes back by itself, so it begins and ends at once
 * @typedef {{ name: string, act: (scene: Scene) => Promise<Span> }} Fault
 */

const LEASE_PASSED = "the lease of this worker has passed";

const now = () => ({ beginMs: Date.now(), endMs: Date.now() });
const passedLeases = (stack, worker) => stack.logOf(worker).split(LEASE_PASSED).length - 1;

/** Kills a member while it has outside calls in hand. */
async function killInTheMiddle(member, stub) {
  await until("an outside call is under way", () => stub.inFlight > 0, { everyMs: 1 });
  const starts = member.starts;
  const span = now();
  await member.kill();
  await member.startedAgain(starts);
  return span;
}

/** Kills one of the server processes that work for Spoke; PostgreSQL then ends all others and recovers. */
async function killBackend({ stack }) {
  return until("a server process that works for Spoke is killed", async () => {
    const [{ pid }] = await stack.query(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'spoke' AND pid <> pg_backend_pid()
       ORDER BY state = 'active' DESC, random() LIMIT 1`,
    );
    const span = now();
    process.kill(pid, "SIGKILL"); // throws when its connection has just been closed
    return span;
  });
}

const jobsOf = async ({ stack }, pid) =>
  stack.query(
    `SELECT "transactionId" AS id FROM "Job" JOIN "Worker" ON "Worker".id = "lockedBy" WHERE status = 'CLAIMED' AND pid = $1`,
    [pid],
  );

/** Freezes a worker that has jobs in hand. @returns {Promise<{ held: string[], span: Span }>} the transactions that it holds */
async function freezeWithJobs(scene, worker) {
  return until(`${worker.name} is frozen with jobs in hand`, async () => {
    const span = now();
    worker.freeze();
    const held = await jobsOf(scene, worker.pid);
    if (held.length > 0) return { held: held.map(({ id }) => id), span };
    worker.thaw();
    return undefined;
  });
}

/** Whether a worker's lease holds, as the database has it. */
const hasLease = async ({ stack }, pid) =>
  (await stack.query(`SELECT id FROM "Worker" WHERE pid = $1 AND "aliveUntil" > now()`, [pid])).length > 0;

const endsOf = async ({ stack }, ids) =>
  stack.query(
    `SELECT id, state::text, "endedAt", (SELECT count(*)::int FROM "Checkpoint" WHERE "transactionId" = id) AS stored
     FROM "Transaction" WHERE id = ANY ($1::uuid[]) ORDER BY id`,
    [ids],
  );

/** Freezes a worker until another has taken over and ended all that it held, wakes it, and sees that nothing of that changes. */
async function freezePastLease(scene) {
  const { stack } = scene;
  const worker = stack.workers[Math.floor(scene.random() * stack.workers.length)];
  const passed = passedLeases(stack, worker);
  const { held, span } = await freezeWithJobs(scene, worker);
  const ended = await until(
    "its lease has passed, and others have ended what the frozen worker held",
    async () => {
      if (await hasLease(scene, worker.pid)) return false; // what it had sent before may have ended all of it
      const rows = await endsOf(scene, held);
      return rows.length === held.length && rows.every((row) => row.endedAt !== null) && rows;
    },
    { everyMs: 100 },
  );
  worker.thaw();
  await until("the woken worker knows that its lease has passed", () => passedLeases(stack, worker) > passed);
  const after = await endsOf(scene, held);
  if (JSON.stringify(after) !== JSON.stringify(ended))
    throw new Error("The woken worker changed transactions that others had ended.");
  return { ...span, endMs: Date.now() };
}

/** Begins an outage and waits until it is as long as it shall be; when that is 0, until every worker has lost its lease. */
async function untilAway({ stack, outageMs }, begin) {
  const passed = stack.workers.map((worker) => passedLeases(stack, worker));
  await begin();
  const beginMs = Date.now();
  const isAway = () =>
    outageMs > 0
      ? Date.now() - beginMs >= outageMs
      : stack.workers.every((worker, index) => passedLeases(stack, worker) > passed[index]);
  await until("the outage is over", isAway, { timeoutMs: outageMs + 180_000, everyMs: 50 });
  return beginMs;
}

/** No server: connections are refused. */
async function stopDatabase(scene) {
  const { postgres } = scene.stack;
  const starts = postgres.starts;
  const beginMs = await untilAway(scene, () => {
    postgres.hold();
    return postgres.kill();
  });
  postgres.release();
  await postgres.startedAgain(starts);
  return { beginMs, endMs: Date.now() };
}

/** No network: connections get no answer, and neither do those that are open. */
async function cutDatabase(scene) {
  const { network } = scene.stack;
  const beginMs = await untilAway(scene, () => network.cut());
  network.mend();
  return { beginMs, endMs: Date.now() };
}

const any = ({ random }, members) => members[Math.floor(random() * members.length)];

/** @type {Fault[]} */
export const faults = [
  { name: "worker killed", act: (scene) => killInTheMiddle(any(scene, scene.stack.workers), scene.stub) },
  { name: "web process killed", act: (scene) => killInTheMiddle(any(scene, scene.stack.webs), scene.stub) },
  { name: "PostgreSQL killed", act: ({ stack, stub }) => killInTheMiddle(stack.postgres, stub) },
  { name: "PostgreSQL backend killed", act: killBackend },
  { name: "worker frozen past its lease", act: freezePastLease },
  { name: "database away, refusing", act: stopDatabase },
  { name: "database away, silent", act: cutDatabase },
];
