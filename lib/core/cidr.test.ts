import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientIp, inCidrList, parseCidrList } from "./cidr";

const isIn = (ip: string, list: string) => inCidrList(ip, parseCidrList(list).ranges);

describe("parseCidrList", () => {
  it("reads addresses and ranges between commas, spaces and line breaks", () => {
    const { ranges, invalid } = parseCidrList(" 10.0.0.1, 192.168.0.0/16\n2001:db8::/32;::1 ");
    expect(ranges.map(({ address, bits }) => `${address}/${bits}`)).toEqual([
      "10.0.0.1/32",
      "192.168.0.0/16",
      "2001:db8::/32",
      "::1/128",
    ]);
    expect(invalid).toEqual([]);
  });

  it("names what it cannot read", () => {
    const text =
      "10.0.0.300, 10.0.0.0/33, host.example, 1.2.3, 10.0.0.0/8/8, 10.0.0.0/x, 10.0.0.0/, ::1/129, 0x7f.1, 1.2.3.4";
    expect(parseCidrList(text)).toMatchObject({
      ranges: [{ bits: 32 }],
      invalid: text.split(", ").slice(0, -1),
    });
  });

  it("is empty for a blank text", () => expect(parseCidrList(" \n ")).toEqual({ ranges: [], invalid: [] }));
});

describe("inCidrList", () => {
  it.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.1.2.3", "10.0.0.0/8", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.4", "10.1.2.3", false],
    ["10.1.2.3", "0.0.0.0/0", true],
    ["::ffff:10.1.2.3", "10.0.0.0/8", true],
    ["::ffff:0a01:0203", "10.0.0.0/8", true],
    ["10.1.2.3", "::ffff:10.0.0.0/104", true],
    ["11.1.2.3", "::ffff:10.0.0.0/104", false],
    ["10.1.2.3", "::/0", false],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:DB8:0:0::1", "2001:db8::1", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["fe80::1%eth0", "fe80::/10", true],
    ["fe80::1%eth0", "fe80::1%eth1", true],
    ["fe80::2%eth0", "fe80::1%eth0", false],
    ["203.0.113.7", "::ffff:0:0/96", true],
    ["203.0.113.7", "::ffff:0:0/95", false],
    ["203.0.113.7", "203.0.113.99/24", true],
    ["203.0.113.7", "010.0.0.0/8, 203.0.113.*, 203.0.113.0-203.0.113.9, 203.0.113.0/255.255.255.0", false],
    ["::ffff:203.0.113.7%eth0", "203.0.113.7", true],
    ["10.1.2.3", "", false],
    ["unknown", "0.0.0.0/0, ::/0", false],
    ["", "0.0.0.0/0", false],
  ])("%s in %j is %s", (ip, list, expected) => expect(isIn(ip, list)).toBe(expected));

  it("finds every IPv4 address in every range that is made of it", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (ip, bits) => {
        expect(isIn(ip, `${ip}/${bits}`)).toBe(true);
        expect(isIn(`::ffff:${ip}`, `${ip}/${bits}`)).toBe(true);
      }),
    );
  });

  it("finds every IPv6 address in every range that is made of it", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (ip, bits) => {
        fc.pre(!ip.includes(".") && !/^[0:]*ffff:/i.test(ip)); // those stand for IPv4 addresses
        expect(isIn(ip, `${ip}/${bits}`)).toBe(true);
      }),
    );
  });
});

describe("clientIp", () => {
  const trustedProxies = parseCidrList("10.0.0.0/8, ::1").ranges;
  const from = (socketIp: string, forwardedFor?: string) => clientIp({ socketIp, forwardedFor, trustedProxies });

  it.each([
    ["203.0.113.7", undefined, "203.0.113.7"],
    ["203.0.113.7", "1.1.1.1", "203.0.113.7"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["10.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["10.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7"],
    ["10.0.0.1", "1.1.1.1, 203.0.113.7, 10.2.2.2", "203.0.113.7"],
    ["10.0.0.1", "10.3.3.3, 10.2.2.2", "10.3.3.3"],
    ["10.0.0.1", "203.0.113.7, unknown", "10.0.0.1"],
    ["10.0.0.1", "unknown, 10.2.2.2", "10.2.2.2"],
    ["10.0.0.1", "", "10.0.0.1"],
    ["10.0.0.1", "203.0.113.7:4711", "203.0.113.7"],
    ["10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
    ["10.0.0.1", "2001:db8::1", "2001:db8::1"],
    ["::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", undefined, "203.0.113.7"],
    ["::1", "203.0.113.7", "203.0.113.7"],
    ["", "203.0.113.7", ""],
    ["::1%lo", "203.0.113.7", "203.0.113.7"],
    ["10.0.0.1", "[::ffff:203.0.113.7]:443", "203.0.113.7"],
    ["10.0.0.1", "fe80::9%eth1", "fe80::9"],
    ["10.0.0.1", "203.0.113.7,", "10.0.0.1"],
    ["10.0.0.1", "for=203.0.113.7", "10.0.0.1"],
  ])("from %j with X-Forwarded-For %j it is %j", (socketIp, forwardedFor, expected) => {
    expect(from(socketIp, forwardedFor)).toBe(expected);
  });

  it("never believes the header without a trusted proxy", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.string(), (socketIp, forwardedFor) => {
        expect(clientIp({ socketIp, forwardedFor, trustedProxies: [] })).toBe(socketIp);
      }),
    );
  });
});
