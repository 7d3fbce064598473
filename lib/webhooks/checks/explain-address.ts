import type { HeaderPairs } from "../step-data";
import type { Finding } from "./finding";
import { allowsIp, parseAllowedIps } from "./ip-filter";

export type AddressInput = { allowedIps: string; clientIp: string; headers: HeaderPairs };

/** Why a request was refused for its address, by the list as it is now. */
export function explainAddress({ allowedIps, clientIp, headers }: AddressInput): {
  summary: string;
  findings: Finding[];
} {
  const allowed = parseAllowedIps(allowedIps);
  if (allowsIp(allowed, clientIp)) {
    const text = "It was put there after the request had been refused. Replay it, or let the sender send it again.";
    return { summary: `${clientIp} is on the list now.`, findings: [{ code: "passes-now", text }] };
  }
  const isEmpty = allowed.ranges.length === 0;
  const summary = isEmpty
    ? "The list of allowed addresses is empty, so every request is refused."
    : `${clientIp} is not on the list of allowed addresses.`;
  const advice = `If ${clientIp} is the sender's, add it under Security in Step Setup. It counts from the next request on.`;
  const forwarded = headers.filter(([name]) => name.toLowerCase() === "x-forwarded-for").map(([, value]) => value);
  const findings: Finding[] = [{ code: "address", text: advice }];
  if (forwarded.length > 0) {
    const text = `The request names ${forwarded.join(", ")} in X-Forwarded-For. That counts only as far as the proxies it came through are listed in TRUSTED_PROXIES.`;
    findings.push({ code: "address", text });
  }
  return { summary, findings };
}
