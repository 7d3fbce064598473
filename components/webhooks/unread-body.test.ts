import { describe, expect, it } from "vitest";
import { unreadBody } from "./unread-body";

const nothing = { text: "", base64: null };

describe("a request without a body to show", () => {
  it("was answered before its body was read when it announced one", () => {
    const headers: [string, string][] = [["Content-Length", "7"]];
    expect(unreadBody({ headers, outcome: "over-limit", body: nothing })).toBe("The body was not read.");
    const chunked: [string, string][] = [["transfer-encoding", "chunked"]];
    expect(unreadBody({ headers: chunked, outcome: "over-limit", body: nothing })).toBe("The body was not read.");
  });

  it("broke off before its body came", () => {
    const headers: [string, string][] = [["Content-Length", "500"]];
    expect(unreadBody({ headers, outcome: "incomplete", body: nothing })).toBe("Nothing of the body came.");
  });

  it("had none", () => {
    const headers: [string, string][] = [["Content-Length", "0"]];
    expect(unreadBody({ headers, outcome: "found", body: nothing })).toBeNull();
    expect(unreadBody({ headers: [], outcome: "found", body: nothing })).toBeNull();
  });

  it("is no request whose body is there", () => {
    const headers: [string, string][] = [["Content-Length", "4"]];
    expect(unreadBody({ headers, outcome: "accepted", body: { text: "null", base64: null } })).toBeNull();
    expect(unreadBody({ headers, outcome: "accepted", body: { text: null, base64: "//79/A==" } })).toBeNull();
  });
});
