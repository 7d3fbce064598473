import type { Pool } from "pg";
import type { Db } from "./statement";

/** A node of a plan, as EXPLAIN gives it. */
export type PlanNode = { "Node Type": string; "Relation Name"?: string; "Index Cond"?: string; Plans?: PlanNode[] };

const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)];

/**
 * The nodes of the plans of everything that `act` asks the database after `settings`, on a connection that is closed then: a
 * database transaction that `settings` begins is undone.
 */
export async function plansOf(pool: Pool, act: (db: Db) => Promise<unknown>, settings: string): Promise<PlanNode[]> {
  const client = await pool.connect();
  const nodes: PlanNode[] = [];
  const query = async ({ text, values }: { text: string; values: unknown[] }) => {
    const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
    nodes.push(...flat(rows[0]["QUERY PLAN"][0].Plan));
    return client.query(text, values);
  };
  await client.query(settings);
  await act({ query } as unknown as Db);
  client.release(true);
  return nodes;
}
