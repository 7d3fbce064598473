import { type CidrRange, inCidrList, parseCidrList } from "@/lib/core/cidr";

/** Entries past these are not read: each costs every request a comparison. */
export const MAX_ALLOWED_IPS = 1_000;

export type AllowedIpProblem = { /** From 1. */ line: number; entry: string; message: string };

export type AllowedIps = { ranges: CidrRange[]; problems: AllowedIpProblem[] };

/**
 * Reads *Allowed IP Addresses*: IPv4 and IPv6 addresses and CIDR ranges between commas, blanks and line breaks, with comments
 * after `#`. What can't be read allows nobody and is listed with its line.
 */
export function parseAllowedIps(text: string): AllowedIps {
  const list: AllowedIps = { ranges: [], problems: [] };
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const { ranges, invalid } = parseCidrList(line.replace(/#.*$/s, ""));
    for (const range of ranges) {
      if (list.ranges.length < MAX_ALLOWED_IPS) list.ranges.push(range);
      else {
        const message = `Only the first ${MAX_ALLOWED_IPS} entries count. Put addresses together into ranges.`;
        list.problems.push({ line: index + 1, entry: `${range.address}/${range.bits}`, message });
        return list;
      }
    }
    for (const entry of invalid) {
      const message = `"${entry}" is neither an IP address nor a range. Write it like 203.0.113.7 or 2001:db8::/32.`;
      list.problems.push({ line: index + 1, entry, message });
    }
  }
  return list;
}

/** Says whether a caller may send requests. A list without entries allows nobody. */
export function allowsIp({ ranges }: Pick<AllowedIps, "ranges">, clientIp: string): boolean {
  return inCidrList(clientIp, ranges);
}
