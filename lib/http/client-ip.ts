import type { IncomingMessage } from "node:http";
import { type CidrRange, clientIp } from "@/lib/core/cidr";

/** Set by the web process on every request that it hands to Next; what a client sends under this name is overwritten. */
export const CLIENT_IP_HEADER = "x-spoke-client-ip";

/** Notes on a request the address it came from, for whoever only sees its headers. */
export function noteClientIp(request: IncomingMessage, trustedProxies: readonly CidrRange[]): void {
  const forwarded = request.headers["x-forwarded-for"];
  request.headers[CLIENT_IP_HEADER] = clientIp({
    socketIp: request.socket.remoteAddress ?? "",
    forwardedFor: Array.isArray(forwarded) ? forwarded.join(",") : forwarded,
    trustedProxies,
  });
}
