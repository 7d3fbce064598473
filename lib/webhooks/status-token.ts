import { randomBytes } from "node:crypto";

const TOKEN = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[\w-]{22}$/;

/** The unguessable end of a transaction's status URL: its id, to find it by, and 128 random bits. */
export function newStatusToken(transactionId: string): string {
  return transactionId.replaceAll("-", "") + randomBytes(16).toString("base64url");
}

/** The id of the transaction that a status token belongs to, or undefined when it is none. */
export function transactionOfToken(token: string): string | undefined {
  return TOKEN.exec(token)?.slice(1).join("-");
}
