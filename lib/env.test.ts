import { describe, expect, it } from "vitest";
import { parseEnv } from "./env";

const complete = {
  DATABASE_URL: "postgresql://spoke:secret@127.0.0.1:5432/spoke",
  NEXTAUTH_SECRET: "sixteen-letters!",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

describe("parseEnv", () => {
  it("fills in what is not set", () => {
    expect(parseEnv(complete)).toEqual({
      ...complete,
      NODE_ENV: "production",
      DATABASE_POOL: 10,
      PORT: 3000,
      HOST: undefined,
      PUBLIC_URL: "http://localhost:3000",
      WEBHOOK_MAX_BYTES: 10_485_760,
      TRUSTED_PROXIES: [],
      SYNC_TIMEOUT_SECONDS: 30,
      SCRIPT_CPU_MS: 1_000,
      ENCRYPTION_KEYS_OLD: [],
      EGRESS_ALLOW: [],
      SMTP_URL: undefined,
      SMTP_FROM: undefined,
      STOP_DELAY_SECONDS: 0,
      WORKER_SLOTS: 64,
      WORKER_LEASE_SECONDS: 55,
      WORKER_METRICS_PORT: 0,
      METRICS_TOKEN: undefined,
      LOG_LEVEL: "info",
    });
  });

  it("takes an empty variable for one that is not set", () => {
    const empty = { PORT: "", PUBLIC_URL: "", HOST: "", LOG_LEVEL: "", TRUSTED_PROXIES: "" };
    expect(parseEnv({ ...complete, ...empty })).toEqual(parseEnv(complete));
  });

  it("derives the public address from the port", () => {
    expect(parseEnv({ ...complete, PORT: "4100" }).PUBLIC_URL).toBe("http://localhost:4100");
  });

  it("drops the slash at the end of the public address", () => {
    expect(parseEnv({ ...complete, PUBLIC_URL: "https://spoke.example/" }).PUBLIC_URL).toBe("https://spoke.example");
  });

  it("splits lists at commas and blanks", () => {
    const variables = {
      TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      EGRESS_ALLOW: "127.0.0.1 erp.internal,*.corp:8080,fd00::/8",
    };
    expect(parseEnv({ ...complete, ...variables })).toMatchObject({
      TRUSTED_PROXIES: ["10.0.0.0/8", "::1"],
      EGRESS_ALLOW: ["127.0.0.1", "erp.internal", "*.corp:8080", "fd00::/8"],
    });
  });

  it.each([
    ["SMTP_URL", "mail.example.com:587", "must be an address like smtps://"],
    ["SMTP_FROM", "Spoke", "must be an e-mail address"],
    ["SMTP_FROM", "spoke@example.com", "and SMTP_URL must be set together"],
    ["DATABASE_URL", undefined, "must be set to the PostgreSQL database"],
    ["DATABASE_URL", "mysql://localhost/spoke", "must begin with postgresql://"],
    ["DATABASE_URL", "postgresql://[", "must be an address like"],
    ["DATABASE_POOL", "1", "must be a whole number from 2 to 500"],
    ["METRICS_TOKEN", "short", "must have 16 characters or more"],
    ["PORT", "http", "must be a whole number from 0 to 65535"],
    ["PORT", "65536", "must be a whole number from 0 to 65535"],
    ["PUBLIC_URL", "spoke.example", "must be an address like"],
    ["PUBLIC_URL", "ftp://spoke.example", "must be an address like"],
    ["NEXTAUTH_SECRET", "short", "must have 16 characters or more"],
    ["ENCRYPTION_KEY", "c2hvcnQ=", "must be 32 bytes in base64"],
    ["WEBHOOK_MAX_BYTES", "10MB", "must be a whole number"],
    ["TRUSTED_PROXIES", "10.0.0.0/99", "must be IP addresses or CIDR ranges"],
    ["SYNC_TIMEOUT_SECONDS", "301", "must be a whole number from 1 to 300"],
    ["SCRIPT_CPU_MS", "10001", "must be a whole number from 50 to 10000"],
    ["EGRESS_ALLOW", "http://erp.internal", "must be IP addresses, CIDR ranges or host names"],
    ["STOP_DELAY_SECONDS", "21", "must be a whole number from 0 to 20"],
    ["WORKER_SLOTS", "0", "must be a whole number from 1 to 10000"],
    ["WORKER_LEASE_SECONDS", "4", "must be a whole number from 5 to 60"],
    ["LOG_LEVEL", "loud", "LOG_LEVEL"],
  ])("refuses %s = %s with a sentence that says what it must be", (name, value, sentence) => {
    expect(() => parseEnv({ ...complete, [name]: value })).toThrow(sentence);
    expect(() => parseEnv({ ...complete, [name]: value })).toThrow(name);
  });

  it("names every wrong variable at once and never its value", () => {
    const refuse = () => parseEnv({ ...complete, NEXTAUTH_SECRET: "hunter2", PORT: "x" });
    expect(refuse).toThrow(/PORT must.*NEXTAUTH_SECRET must/);
    expect(refuse).not.toThrow(/hunter2/);
  });
});
