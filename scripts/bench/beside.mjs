import { median } from "../median.mjs";
import { startLoad, stop } from "./processes.mjs";
import { orderBody } from "./world.mjs";

/** Requests per second of the account whose times are measured. */
const CALM_PER_SECOND = 100;
const CONNECTIONS = 10;
/** Turns without the neighbour, with it, and with its work elsewhere, so that all meet the machine at the same times. */
const TURNS = 3;

/**
 * How long requests to one cycle take alone, beside a neighbour, and while as much is asked of the machine outside of Spoke.
 *
 * @param given.calm the cycle whose times are measured; none of its requests may be refused
 * @param given.noisy the neighbour's cycle
 * @param given.leastSeconds how long a turn lasts at least, however short `seconds` of all turns are
 * @param given.beside sends the neighbour's requests, with its own load program and what all loads have in common
 * @param given.elsewhere keeps the machine as busy outside of Spoke
 * @returns {Promise<{ alone: Times, beside: Times, elsewhere: Times, perSecond: (count: (noise: any) => number) => number }>}
 *   `perSecond`: of the neighbour's requests, those that are counted, a second
 * @typedef {{ p50: number, p99: number }} Times in milliseconds
 */
export async function measureBeside({ client, load, web }, { calm, noisy, leastSeconds, seconds, beside, elsewhere }) {
  const neighbour = startLoad();
  const turnSeconds = Math.max(seconds / TURNS, leastSeconds);
  const common = { port: web.port, body: orderBody, connections: CONNECTIONS, seconds: turnSeconds };
  const sendCalm = async () => {
    const result = await load({ ...common, path: calm.path, perSecond: CALM_PER_SECOND });
    if (result.failed > 0)
      throw new Error(`${result.failed} requests were refused that have no part in the load beside them.`);
    return result;
  };
  const turns = [];
  try {
    await sendCalm();
    for (let turn = 0; turn < TURNS; turn++) {
      const alone = await sendCalm();
      const [disturbed, noise] = await Promise.all([sendCalm(), beside(neighbour, common)]);
      const [loaded] = await Promise.all([sendCalm(), elsewhere(neighbour, common)]);
      turns.push({ alone, disturbed, loaded, noise });
    }
  } finally {
    await stop(neighbour.child);
    await client.query(`DELETE FROM "Job" WHERE "cycleId" = ANY ($1)`, [[calm.cycleId, noisy.cycleId]]);
  }
  const times = (pick) => {
    const of = (percentile) => median(turns.map((turn) => pick(turn)[percentile]));
    return { p50: of("p50"), p99: of("p99") };
  };
  return {
    alone: times(({ alone }) => alone),
    beside: times(({ disturbed }) => disturbed),
    elsewhere: times(({ loaded }) => loaded),
    perSecond: (count) => median(turns.map(({ noise }) => count(noise) / noise.seconds)),
  };
}
