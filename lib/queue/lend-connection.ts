import type { Pool, PoolClient } from "pg";

/**
 * What makes a connection usable again after `act` has rejected with an error: a statement; undefined: nothing does, it is closed.
 */
export type Mend = (error: unknown) => string | undefined;

/** After any error: what the connection is in the middle of is not known. */
export const beyondMending: Mend = () => undefined;

/**
 * Lends a connection of the pool to `act` until that resolves or rejects. It is closed, and not given back, when it was lost
 * meanwhile or when there is no mending it.
 */
export async function lendConnection<T>(pool: Pool, act: (client: PoolClient) => Promise<T>, mend: Mend): Promise<T> {
  const client = await pool.connect();
  // Between two statements nobody else listens, and an error that nobody hears ends the process.
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    return await act(client);
  } catch (error) {
    const mending = mend(error);
    if (mending === undefined) broken ??= error as Error;
    else if (!broken) await client.query(mending).catch(onError);
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
