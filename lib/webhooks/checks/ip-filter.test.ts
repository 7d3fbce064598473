import { describe, expect, it } from "vitest";
import { allowsIp, MAX_ALLOWED_IPS, parseAllowedIps } from "./ip-filter";

const allows = (text: string, ip: string) => allowsIp(parseAllowedIps(text), ip);

const list = `# the office
203.0.113.7, 198.51.100.0/24   # and the branch
2001:db8:1::/48 192.0.2.9
#10.0.0.0/8`;

describe("Allowed IP Addresses", () => {
  it.each([
    ["203.0.113.7", true],
    ["203.0.113.8", false],
    ["198.51.100.255", true],
    ["192.0.2.9", true],
    ["10.0.0.1", false],
    ["2001:db8:1:ffff::1", true],
    ["2001:DB8:1::1", true],
    ["2001:db8:2::1", false],
    ["::ffff:203.0.113.7", true],
    ["::ffff:cb00:7107", true],
    ["::ffff:203.0.113.8", false],
    ["", false],
    ["unknown", false],
  ])("decide about %s: %s", (ip, allowed) => expect(allows(list, ip)).toBe(allowed));

  it.each(["", " \n ", "# 203.0.113.7", ",,"])("allow nobody when they are blank: %j", (text) => {
    expect(allows(text, "203.0.113.7")).toBe(false);
    expect(allows(text, "127.0.0.1")).toBe(false);
    expect(parseAllowedIps(text).problems).toEqual([]);
  });

  it("allow both kinds of addresses only when both are listed", () => {
    expect(allows("0.0.0.0/0", "2001:db8::1")).toBe(false);
    expect(allows("0.0.0.0/0 ::/0", "2001:db8::1")).toBe(true);
    expect(allows("::ffff:10.0.0.0/104", "10.2.3.4")).toBe(true);
  });

  it("name what can't be read with its line, and keep the rest", () => {
    const { ranges, problems } = parseAllowedIps(
      "203.0.113.7\r\n203.0.113.300, host.example # x\n\n10.0.0.0/33\n192.0.2.1",
    );
    expect(ranges).toHaveLength(2);
    expect(problems.map(({ line, entry }) => [line, entry])).toEqual([
      [2, "203.0.113.300"],
      [2, "host.example"],
      [4, "10.0.0.0/33"],
    ]);
    expect(problems[0]?.message).toContain('"203.0.113.300" is neither');
  });

  it("end after as many as every request can be held against", () => {
    const text = Array.from({ length: MAX_ALLOWED_IPS + 5 }, (_, at) => `10.0.${at >> 8}.${at & 255}`).join("\n");
    const { ranges, problems } = parseAllowedIps(text);
    expect(ranges).toHaveLength(MAX_ALLOWED_IPS);
    expect(problems).toMatchObject([{ line: MAX_ALLOWED_IPS + 1 }]);
  });
});
