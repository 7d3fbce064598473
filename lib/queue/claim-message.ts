import { escapeLiteral, type Pool, type PoolClient, type QueryConfig, type QueryResult } from "pg";
import { CLAIMED } from "./claim-statement";
import { dayAt, onDay } from "./day-statement";
import { beyondMending, lendConnection } from "./lend-connection";
import { type LoadedTransaction, type LoadRow, loadUnbegunText, wholeTransactions } from "./load";

const TIMEOUT_MS = 15_000;

/** A statement that claims jobs. It gives one row: `claim` as JSON. */
export type ClaimStatement = {
  name: string;
  /** The types of its parameters. */
  parameters: string;
  text: string;
  /** A statement that comes before it. Its snapshot is taken when that has ended. */
  before?: string;
};

type Claiming = {
  values: readonly (string | number)[];
  /** Most bytes of the bodies of transactions that come along; 0 for none of them. */
  loadBytes: number;
};

/** Claimed jobs, one array of columns each, and those of their transactions that came along. */
type Claimed<Claim> = { claim: Omit<Claim, "jobs" | "loaded"> & { jobs: unknown[][] }; loaded: LoadedTransaction[] };

/** The statements that connections know, by their names: whether they could be prepared. */
const prepared = new WeakMap<PoolClient, Map<string, boolean>>();

const NO_ID = "'00000000-0000-0000-0000-000000000000'";

/**
 * One message of many statements, so that what `before` locks is held for no round trip. A pool that plans by index makes one
 * plan for all claims, however the tables grow: planning costs more than claiming. What was claimed is read behind the commit,
 * when nothing is locked. A crash of PostgreSQL may forget a claim that is not written yet: the job is ready again then, and
 * what its worker settles under the lost claim has not been claimed by it, or is so once more.
 */
const messageOf = ({ name, before = "" }: ClaimStatement, { values }: Claiming, load: string) => `
  BEGIN;
  SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = ${TIMEOUT_MS};
  ${before}
  EXECUTE ${name} (${values.map((value) => escapeLiteral(String(value))).join(", ")});
  COMMIT; ${load}`;

/** Runs a statement that claims, and reads what comes along with it. */
export function runClaim<Claim>(pool: Pool, statement: ClaimStatement, claiming: Claiming): Promise<Claimed<Claim>> {
  return lendConnection(pool, (client) => runOn<Claim>(client, statement, claiming), beyondMending);
}

async function runOn<Claim>(
  client: PoolClient,
  statement: ClaimStatement,
  claiming: Claiming,
): Promise<Claimed<Claim>> {
  const { name, parameters, text } = statement;
  await prepare(client, name, () => `PREPARE ${name} (${parameters}) AS ${text}`);
  const load = claiming.loadBytes > 0 ? await prepareLoad(client, claiming.loadBytes) : undefined;
  const results = await query(client, messageOf(statement, claiming, load ?? ""));
  const loaded = load ? wholeTransactions(results.pop()!.rows as LoadRow[]) : [];
  const [{ claim }] = results.at(-2)!.rows as [{ claim: Claimed<Claim>["claim"] }];
  return { claim, loaded };
}

/** The statement that reads those of today that were claimed before it and have not begun; undefined when today has no partitions of its own. */
async function prepareLoad(client: PoolClient, maxBytes: number): Promise<string | undefined> {
  const day = dayAt(Date.now());
  const name = `load_${day}`;
  if (!(await prepare(client, name, () => `PREPARE ${name} AS ${loadUnbegunText(onDay(day))}`))) return undefined;
  const ids = `string_to_array(current_setting('${CLAIMED}'), ',')::uuid[]`;
  return `EXECUTE ${name} (${ids}, ${maxBytes}, ${NO_ID}, ${NO_ID}, ${NO_ID}, ${NO_ID})`;
}

/** Makes a statement known to a connection, once. False when a table that it names does not exist. */
async function prepare(client: PoolClient, name: string, text: () => string): Promise<boolean> {
  const known = prepared.get(client) ?? new Map<string, boolean>();
  prepared.set(client, known);
  let isPrepared = known.get(name);
  if (isPrepared === undefined) {
    isPrepared = await query(client, text()).then(
      () => true,
      (error) => {
        if (error.code !== "42P01") throw error;
        return false;
      },
    );
    known.set(name, isPrepared);
  }
  return isPrepared;
}

/** Runs statements that have no parameters; gives a result for each. */
async function query(client: PoolClient, text: string): Promise<QueryResult[]> {
  return [await client.query({ text, query_timeout: TIMEOUT_MS } as QueryConfig)].flat();
}
