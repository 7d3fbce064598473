import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { inCidrList, parseCidrList } from "@/lib/core/cidr";

/** Why a call was not made: its address is inside. Reaches the caller as the cause of the connection's error. */
export class EgressRefused extends Error {
  readonly address: string;

  constructor(address: string) {
    super(`The address ${address} is not public`);
    this.name = "EgressRefused";
    this.address = address;
  }
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Looks a name up, as `net.connect` wants it. */
export type Lookup = (hostname: string, options: LookupOptions, callback: LookupCallback) => void;

export type EgressGuard = {
  /** Whether a name may be called wherever it leads: `EGRESS_ALLOW` lists it. */
  allowsHost: (hostname: string, port: number) => boolean;
  /** Throws EgressRefused for an address that may not be called; takes names and allowed addresses without a word. */
  checkAddress: (hostname: string) => void;
  /** Gives only addresses that may be called, so that what was checked is what is connected to; else EgressRefused. */
  lookup: Lookup;
};

/** NAT64 for local use (RFC 8215), which ipaddr.js takes for ordinary. */
const LOCAL_NAT64 = ipaddr.parseCIDR("64:ff9b:1::/48");
/** All that is given out of IPv6 for use on the internet. */
const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3");

/** Whether an address is on the internet: no loopback, private, link-local, shared, metadata, multicast, test or translated one. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== "unicast") return false;
  if (address.kind() === "ipv4") return true;
  return address.match(GLOBAL_IPV6) && !address.match(LOCAL_NAT64);
}

/**
 * Decides which addresses outside calls may reach. `allow` holds addresses, CIDR ranges and host names (with `*.` before
 * and `:port` after them) as in `EGRESS_ALLOW`.
 */
export function createEgressGuard(allow: readonly string[], resolve: Lookup = dnsLookup as Lookup): EgressGuard {
  const isAddress = (entry: string) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry);
  const { ranges } = parseCidrList(allow.filter(isAddress).join(","));
  const hosts = allow.filter((entry) => !isAddress(entry)).map(parseHost);
  const mayCall = (address: string) => isPublicAddress(address) || inCidrList(address, ranges);
  return {
    allowsHost: (hostname, port) => hosts.some((host) => matches(host, hostname.toLowerCase(), port)),
    checkAddress(hostname) {
      const address = hostname.replace(/^\[|\]$/g, "");
      if (isIP(address) !== 0 && !mayCall(address)) throw new EgressRefused(address);
    },
    lookup(hostname, options, callback) {
      resolve(hostname, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, "");
        const addresses = found as LookupAddress[];
        const allowed = addresses.filter(({ address }) => mayCall(address));
        const [first] = allowed;
        if (!first) return callback(new EgressRefused(addresses[0]?.address ?? hostname), "");
        if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    },
  };
}

type Host = { suffix: string; exact: boolean; port: number | undefined };

function parseHost(entry: string): Host {
  const [name = "", port] = entry.toLowerCase().split(":");
  const exact = !name.startsWith("*.");
  return { suffix: exact ? name : name.slice(1), exact, port: port === undefined ? undefined : Number(port) };
}

function matches({ suffix, exact, port }: Host, hostname: string, calledPort: number): boolean {
  if (port !== undefined && port !== calledPort) return false;
  return exact ? hostname === suffix : hostname.endsWith(suffix);
}
