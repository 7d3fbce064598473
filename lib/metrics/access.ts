import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { inCidrList, parseCidrList } from "@/lib/core/cidr";

/** Loopback, private and link-local addresses: whoever has one is on this machine or in its own network. */
const PRIVATE = parseCidrList(
  "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1 fc00::/7 fe80::/10",
);

export type MetricsCaller = {
  /** The address at the other end of the connection. */
  socketIp: string;
  headers: IncomingHttpHeaders;
};

const hash = (text: string) => createHash("sha256").update(text).digest();

/** The addresses that a caller may have: the connection's, and every one that a proxy, or the caller, has named. */
function addressesOf({ socketIp, headers }: MetricsCaller): string[] {
  const named = [headers["x-forwarded-for"], headers["x-real-ip"]].flatMap((value) => value ?? []);
  return [socketIp, ...named.flatMap((value) => value.split(","))].map((address) => address.trim());
}

/**
 * Says whether a caller may read the metrics: with a token only who sends it, from wherever; without one only who surely
 * has a private address. A header can take that right away and never give it: a request that came through a proxy for
 * somebody outside is refused also when nobody has told us of the proxy.
 */
export function mayReadMetrics(caller: MetricsCaller, token: string | undefined): boolean {
  const { headers } = caller;
  if (token !== undefined) {
    const [, sent] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
    return sent !== undefined && timingSafeEqual(hash(sent), hash(token));
  }
  if (headers.forwarded !== undefined) return false;
  return addressesOf(caller).every((address) => inCidrList(address, PRIVATE.ranges));
}
