const PAGE = 50;
const STEP_ID = "hook1";
/** One of a thousand that are held has this value, every other one a value of its own. */
const SHARED = "shared order";
const SHARED_EVERY = 1_000;
/** The value of as many that are not held any more. */
const CONTINUED = "continued order";
const CONTINUED_COUNT = 20_000;

/** What the transaction with this number, from 1 in the order of acceptance, waits for. */
const waitedFor = (number) => (number % SHARED_EVERY === 0 ? SHARED : `order ${number}`);

/** Writes transactions that a mid-cycle webhook of the quiet cycle holds, unless they are there already. */
async function fillHeld(client, { accountId, cycleId }, held) {
  const there = await client.query(`SELECT FROM "ReachedWebhook" WHERE "cycleId" = $1 LIMIT 1`, [cycleId]);
  if (there.rows.length > 0) return;
  await client.query(
    `INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
     SELECT uuidv7(), '${STEP_ID}', $1, $2, n,
       CASE WHEN n > $3 THEN '${CONTINUED}' WHEN n % ${SHARED_EVERY} = 0 THEN '${SHARED}' ELSE 'order ' || n END, n <= $3, now()
     FROM generate_series(1, $3::int + ${CONTINUED_COUNT}) AS n`,
    [accountId, cycleId, held],
  );
  await client.query(`VACUUM (ANALYZE) "ReachedWebhook"`);
}

/** Numbers of a page: those below `before` that lie so far apart, newest first. */
const numbersBelow = (before, apart = 1) => {
  const newest = Math.floor((before - 1) / apart) * apart;
  return Array.from({ length: PAGE }, (_, index) => newest - index * apart).filter((number) => number > 0);
};

/** Requests of the list of transactions that a mid-cycle webhook holds. */
export async function heldGroups(client, { variants, world, held }) {
  const { accountId, cycleId } = world.quiet;
  await fillHeld(client, world.quiet, held);
  const list = (parameters, numbers) => ({
    path: `/cycles/${cycleId}/steps/${STEP_ID}/held?${new URLSearchParams({ limit: String(PAGE), ...parameters })}`,
    accountId,
    isRight: ({ entries }) => entries.map(({ value }) => value).join() === numbers.map(waitedFor).join(),
  });
  const before = (number, parameters = {}, apart = 1) =>
    list({ ...parameters, cursor: String(number) }, numbersBelow(number, apart));
  const times = (make) => Array.from({ length: variants }, (_, index) => make(index));
  const shared = { value: SHARED };
  const middle = (index) => Math.ceil((held * (index + 1)) / (variants + 1));
  const alone = (index) => middle(index) - (middle(index) % SHARED_EVERY === 0 ? 1 : 0);
  const counted = {
    path: `/cycles/${cycleId}/held`,
    accountId,
    isRight: ({ steps }) => steps.length === 1 && steps[0].count === Math.min(held, 10_000),
  };
  return [
    { title: "first page", requests: times(() => list({}, numbersBelow(held + 1))) },
    { title: "pages in between", requests: times((index) => before(middle(index))) },
    { title: "last page", requests: times(() => before(Math.min(held, PAGE) + 1)) },
    { title: "one value", requests: times((index) => list({ value: waitedFor(alone(index)) }, [alone(index)])) },
    {
      title: "a value of one in a thousand",
      requests: times(() => list(shared, numbersBelow(held + 1, SHARED_EVERY))),
    },
    {
      title: "the same, last page",
      requests: times(() => before(Math.min(held, PAGE * SHARED_EVERY) + 1, shared, SHARED_EVERY)),
    },
    { title: "a value of none", requests: times((index) => list({ value: `no order ${index}` }, [])) },
    { title: "a value of 20,000 that went on", requests: times(() => list({ value: CONTINUED }, [])) },
    { title: "how many each step holds, up to 10,000", requests: times(() => counted) },
  ];
}
