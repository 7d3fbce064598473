import type { LookupAddress } from "node:dns";
import { describe, expect, test } from "vitest";
import { createEgressGuard, EgressRefused, isPublicAddress, type Lookup } from "./egress";

test.each([
  "127.0.0.1",
  "127.255.255.254",
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "192.0.0.1",
  "192.0.2.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fe80::1%eth0",
  "fc00::1",
  "fd00:ec2::254",
  "fec0::1",
  "ff02::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:10.0.0.1",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::8.8.8.8",
  "64:ff9b:1::1",
  "2002:7f00:1::",
  "2001::1",
  "2001:db8::1",
  "nonsense",
])("%s is not on the internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "172.32.0.1",
  "100.128.0.1",
  "2606:4700::1111",
  "2a00:1450:4001::200e",
  "::ffff:8.8.8.8",
])("%s is on the internet", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

const resolver =
  (...addresses: string[]): Lookup =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

function lookUp(allow: string[], addresses: string[], all = true) {
  return new Promise<string | LookupAddress[] | Error>((resolve) => {
    createEgressGuard(allow, resolver(...addresses)).lookup("name.example", { all }, (error, found) =>
      resolve(error ?? found),
    );
  });
}

describe("looking a name up", () => {
  test("gives only the addresses that may be called", async () => {
    expect(await lookUp([], ["127.0.0.1", "8.8.8.8", "::1"])).toEqual([{ address: "8.8.8.8", family: 4 }]);
    expect(await lookUp([], ["10.0.0.1", "8.8.8.8"], false)).toBe("8.8.8.8");
  });

  test("is refused when no address may be called", async () => {
    expect(await lookUp([], ["169.254.169.254"])).toEqual(new EgressRefused("169.254.169.254"));
  });

  test("gives private addresses that are allowed", async () => {
    expect(await lookUp(["10.1.0.0/16"], ["10.1.2.3", "10.2.2.3"], false)).toBe("10.1.2.3");
    expect(await lookUp(["fd00::/8"], ["fd00::7"], false)).toBe("fd00::7");
  });
});

describe("addresses in URLs", () => {
  const guard = createEgressGuard(["10.1.0.0/16", "127.0.0.1", "[::1]"]);

  test.each(["10.2.0.1", "[::1]", "[::ffff:10.2.0.1]", "169.254.169.254", "127.0.0.2"])("%s is refused", (hostname) => {
    expect(() => guard.checkAddress(hostname)).toThrow(EgressRefused);
  });

  test.each(["10.1.0.1", "127.0.0.1", "[::ffff:10.1.0.1]", "8.8.8.8", "name.example"])("%s is let pass", (hostname) => {
    expect(() => guard.checkAddress(hostname)).not.toThrow();
  });
});

test("names are allowed exactly, below a domain, or with a port", () => {
  const guard = createEgressGuard(["erp.internal", "*.corp.example", "db.internal:8080"]);
  expect(
    [
      ["erp.internal", 443],
      ["ERP.internal", 80],
      ["a.corp.example", 443],
      ["db.internal", 8080],
      ["x.erp.internal", 443],
      ["corp.example", 443],
      ["evilcorp.example", 443],
      ["db.internal", 443],
    ].map(([name, port]) => guard.allowsHost(name as string, port as number)),
  ).toEqual([true, true, true, true, false, false, false, false]);
});
