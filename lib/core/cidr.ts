import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export type CidrRange = { address: Address; bits: number };

export type CidrList = {
  ranges: CidrRange[];
  /** Entries that are neither an address nor a range, as they were written. */
  invalid: string[];
};

/** Reads addresses and CIDR ranges, IPv4 and IPv6, separated by commas, semicolons, spaces or line breaks. */
export function parseCidrList(text: string): CidrList {
  const list: CidrList = { ranges: [], invalid: [] };
  for (const entry of text.split(/[\s,;]+/)) {
    if (entry === "") continue;
    const range = parseRange(entry);
    if (range) list.ranges.push(range);
    else list.invalid.push(entry);
  }
  return list;
}

/** Says whether an address lies in one of the ranges. IPv4 addresses mapped into IPv6 are taken for what they are. */
export function inCidrList(ip: string, ranges: readonly CidrRange[]): boolean {
  const address = parseAddress(ip);
  return address !== undefined && ranges.some((range) => contains(range, address));
}

export type ClientIpInput = {
  /** The address at the other end of the connection. */
  socketIp: string;
  /** The header X-Forwarded-For as it came. */
  forwardedFor: string | undefined;
  trustedProxies: readonly CidrRange[];
};

/**
 * The caller's address: the connection's, or, as far as that is a trusted proxy, what the proxy wrote into X-Forwarded-For, read from
 * the right up to the first address that is no trusted proxy. An entry that is no address ends the reading.
 */
export function clientIp({ socketIp, forwardedFor, trustedProxies }: ClientIpInput): string {
  let client = parseAddress(socketIp);
  if (!client) return socketIp;
  const forwarded = forwardedFor ? forwardedFor.split(",") : [];
  for (let index = forwarded.length - 1; index >= 0; index--) {
    const proxy: Address = client;
    if (!trustedProxies.some((range) => contains(range, proxy))) break;
    const address = parseAddress(withoutPort(forwarded[index] ?? ""));
    if (!address) break;
    client = address;
  }
  return client.toString();
}

function parseAddress(text: string): Address | undefined {
  const plain = text.trim().replace(/%.*$/s, "");
  if (ipaddr.IPv4.isValidFourPartDecimal(plain)) return ipaddr.IPv4.parse(plain);
  if (!plain.includes(":") || !ipaddr.IPv6.isValid(plain)) return undefined;
  const address = ipaddr.IPv6.parse(plain);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** A range inside the mapped addresses (::ffff:0:0/96) becomes the IPv4 range that it stands for. */
function parseRange(entry: string): CidrRange | undefined {
  const [addressText = "", bitsText, more] = entry.split("/");
  const address = parseAddress(addressText);
  if (!address || more !== undefined) return undefined;
  const isMapped = address.kind() === "ipv4" && addressText.includes(":");
  const most = address.kind() === "ipv4" ? 32 : 128;
  if (bitsText === undefined) return { address, bits: most };
  if (!/^\d{1,3}$/.test(bitsText)) return undefined;
  const bits = Number(bitsText) - (isMapped ? 96 : 0);
  return bits >= 0 && bits <= most ? { address, bits } : undefined;
}

function contains(range: CidrRange, address: Address): boolean {
  return address.kind() === range.address.kind() && address.match(range.address as never, range.bits);
}

/** Some proxies write `1.2.3.4:5678`, `[2001:db8::1]:443` or `[2001:db8::1]`. */
function withoutPort(entry: string): string {
  const text = entry.trim();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1];
  return bracketed ?? text.replace(/^([\d.]+):\d+$/, "$1");
}
