const LEAST_ID = "00000000-0000-0000-0000-000000000000";

async function ask({ port, key }, { path, accountId }) {
  const headers = { authorization: `Bearer ${key}`, ...(accountId && { "x-spoke-account": accountId }) };
  const beginMs = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { headers });
  const answer = await response.json();
  const ms = performance.now() - beginMs;
  if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${JSON.stringify(answer)}`);
  return { answer, ms };
}

/** Throws unless the page holds exactly the newest of what was asked for, down to where it says that it has looked. */
async function check(client, { path, expected, isRight }, answer) {
  if (isRight) {
    if (!(await isRight(answer))) throw new Error(`${path} counted wrong: ${JSON.stringify(answer).slice(0, 500)}`);
    return;
  }
  const { text, values } = expected;
  const { rows } = await client.query(text, [...values, answer.next ?? LEAST_ID]);
  const found = answer.entries.map(({ id }) => id).join();
  const wanted = rows.map(({ id }) => id).join();
  if (found !== wanted) throw new Error(`${path} found ${found || "nothing"} instead of ${wanted || "nothing"}.`);
}

const dayNow = () => new Date().toISOString().slice(0, 10);

/** Lists and counts know of days: an answer of the day before is asked for again. */
async function checkWithinDay(target, client, { request, answer, day }) {
  try {
    await check(client, request, answer);
  } catch (error) {
    if (day === dayNow()) throw error;
    const again = dayNow();
    await checkWithinDay(target, client, { request, answer: (await ask(target, request)).answer, day: again });
  }
}

/** @typedef {{ title: string, requests: number, found: number, bounded: boolean, p50: number, p95: number, worst: number }} SizeFigures times in milliseconds; `found` and `bounded` are of the last answer */

/**
 * Sends each request of a group one after the other, and holds each different answer to what the tables hold.
 *
 * @returns {Promise<SizeFigures>}
 */
export async function measureGroup(target, client, { title, requests }) {
  // What was not used for a while is read from disk once, as are the modules of a route.
  await ask(target, requests[0]);
  const times = [];
  const answers = new Map();
  for (const request of requests) {
    const day = dayNow();
    const { answer, ms } = await ask(target, request);
    times.push(ms);
    answers.set(request.path, { request, answer, day });
  }
  for (const answered of answers.values()) await checkWithinDay(target, client, answered);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)];
  const { answer } = [...answers.values()].at(-1);
  const entries = answer.entries ?? answer.steps;
  const bounded = typeof answer.next === "string" && entries.length < 50;
  return {
    title,
    requests: times.length,
    found: entries.length,
    bounded,
    p50: at(0.5),
    p95: at(0.95),
    worst: at(1),
  };
}

/** Sends a group's first request, with nothing measured. */
export const askOnce = (target, { requests }) => ask(target, requests[0]);
