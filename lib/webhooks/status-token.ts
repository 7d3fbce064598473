import { randomFillSync } from "node:crypto";

const TOKEN = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[\w-]{22}$/;

const SECRET_BYTES = 16;
/** Random bytes that were not given out: asking the system for many at once costs hardly more than for a few. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function newSecret(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const secret = pool.toString("base64url", used, used + SECRET_BYTES);
  pool.fill(0, used, used + SECRET_BYTES);
  used += SECRET_BYTES;
  return secret;
}

/** The unguessable end of a transaction's status URL: its id, to find it by, and 128 random bits. */
export function newStatusToken(transactionId: string): string {
  return transactionId.replaceAll("-", "") + newSecret();
}

/** The id of the transaction that a status token belongs to, or undefined when it is none. */
export function transactionOfToken(token: string): string | undefined {
  return TOKEN.exec(token)?.slice(1).join("-");
}
