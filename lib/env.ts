import ipaddr from "ipaddr.js";
import { z } from "zod";

const blankIsMissing = (value: unknown) => (value === "" ? undefined : value);

/** A whole number from `min` to `max`, written in decimal; `fallback` when the variable is not set. */
const wholeNumber = (fallback: number, min: number, max: number) =>
  z.preprocess(
    blankIsMissing,
    z
      .string()
      .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
      .transform(Number)
      .refine((number) => number >= min && number <= max, `must be a whole number from ${min} to ${max}`)
      .default(fallback),
  );

/** Entries separated by commas or blanks, each held to `valid`; empty when the variable is not set. */
const list = (valid: (entry: string) => boolean, message: string) =>
  z
    .string()
    .default("")
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((entries) => entries.every(valid), message);

const isAddressOrRange = (entry: string) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry);
const isHostName = (entry: string) => /^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?(:\d{1,5})?$/i.test(entry);

const Environment = z.object({
  /** `development` reloads on change; `production` runs what was built; `test` is set by the test runner. */
  NODE_ENV: z.preprocess(blankIsMissing, z.enum(["development", "production", "test"]).default("production")),

  /** The PostgreSQL database, `postgresql://user:password@host:5432/name`. `npm start` brings its own when it is not set. */
  DATABASE_URL: z
    .string("must be set to the PostgreSQL database, like postgresql://user:password@host:5432/spoke")
    .regex(/^postgres(ql)?:\/\//, "must begin with postgresql://, like postgresql://user:password@host:5432/spoke")
    .refine((url) => URL.canParse(url), "must be an address like postgresql://user:password@host:5432/spoke"),

  /** Most connections that one process keeps to the database. */
  DATABASE_POOL: wholeNumber(10, 2, 500),

  /** The port of the web process. */
  PORT: wholeNumber(3000, 0, 65_535),

  /** The address the web process listens on; every address when it is not set. */
  HOST: z.preprocess(blankIsMissing, z.string().optional()),

  /** Where browsers and other systems reach Spoke, without a slash at the end: webhook URLs begin with it. */
  PUBLIC_URL: z.preprocess(
    blankIsMissing,
    z
      .url({ protocol: /^https?$/, error: "must be an address like https://spoke.example.com" })
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
  ),

  /** Signs the sessions of signed-in users: 16 characters or more, the same in all processes. */
  NEXTAUTH_SECRET: z
    .string("must be set to a random text of 16 characters or more, the same for every process")
    .min(16, "must have 16 characters or more; make one with: openssl rand -base64 32"),

  /** Encrypts credentials at rest: 32 random bytes in base64, the same in all processes. Losing it loses the credentials. */
  ENCRYPTION_KEY: z
    .string("must be set to 32 random bytes in base64; make them with: openssl rand -base64 32")
    .regex(/^[A-Za-z0-9+/]{43}=$/, "must be 32 bytes in base64; make them with: openssl rand -base64 32"),

  /** Keys that `ENCRYPTION_KEY` once was, separated by commas: they still decrypt what they encrypted. */
  ENCRYPTION_KEYS_OLD: list(
    (entry) => /^[A-Za-z0-9+/]{43}=$/.test(entry),
    "must be keys of 32 bytes in base64 separated by commas",
  ),

  /** Largest body a webhook takes, in bytes, counted after decompression. */
  WEBHOOK_MAX_BYTES: wholeNumber(10 * 1024 * 1024, 1, 1024 * 1024 * 1024),

  /** Proxies whose `X-Forwarded-For` is believed: addresses and CIDR ranges, separated by commas. */
  TRUSTED_PROXIES: list(isAddressOrRange, "must be IP addresses or CIDR ranges separated by commas, like 10.0.0.0/8"),

  /** How long the caller of a synchronous webhook is kept waiting, in seconds. */
  SYNC_TIMEOUT_SECONDS: wholeNumber(30, 1, 300),

  /** Longest time that a user's script may take, in milliseconds. */
  SCRIPT_CPU_MS: wholeNumber(1_000, 50, 10_000),

  /** Private places that steps may call all the same: addresses, CIDR ranges and host names, separated by commas. */
  EGRESS_ALLOW: list(
    (entry) => isAddressOrRange(entry) || isHostName(entry),
    "must be IP addresses, CIDR ranges or host names separated by commas, like 10.1.0.0/16,erp.internal",
  ),

  /** The mail server that notifications go through, `smtps://user:password@host:465` or `smtp://host:587`; without it none are mailed. */
  SMTP_URL: z.preprocess(
    blankIsMissing,
    z
      .url({ protocol: /^smtps?$/, error: "must be an address like smtps://user:password@mail.example.com:465" })
      .optional(),
  ),

  /** Who notifications are from: an e-mail address, also as `Spoke <spoke@example.com>`. */
  SMTP_FROM: z.preprocess(
    blankIsMissing,
    z
      .string()
      .regex(
        /^[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/,
        "must be an e-mail address like Spoke <spoke@example.com>",
      )
      .optional(),
  ),

  /** How long a web process that was told to stop still takes requests, while `/readyz` says 503, in seconds. */
  STOP_DELAY_SECONDS: wholeNumber(0, 0, 20),

  /** Transactions that one worker process runs at the same time. */
  WORKER_SLOTS: wholeNumber(64, 1, 10_000),

  /** How long a worker's claims hold after its last heartbeat, in seconds; the same in all workers. */
  WORKER_LEASE_SECONDS: wholeNumber(55, 5, 60),

  /** Where a worker serves `/metrics`, `/healthz` and `/readyz`; 0: nowhere. */
  WORKER_METRICS_PORT: wholeNumber(0, 0, 65_535),

  /** What callers of `/metrics` must send as bearer token; when it is not set, private addresses alone may read. */
  METRICS_TOKEN: z.preprocess(
    blankIsMissing,
    z
      .string()
      .regex(
        /^[\x21-\x7e]{16,}$/,
        "must have 16 characters or more, without blanks; make one with: openssl rand -base64 32",
      )
      .optional(),
  ),

  /** Least important lines that are logged. */
  LOG_LEVEL: z.preprocess(
    blankIsMissing,
    z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  ),
});

const Settings = Environment.refine(
  ({ SMTP_URL, SMTP_FROM }) => (SMTP_URL === undefined) === (SMTP_FROM === undefined),
  {
    path: ["SMTP_FROM"],
    message: "and SMTP_URL must be set together: e-mail needs a server and a sender",
  },
);

export type Env = Omit<z.output<typeof Environment>, "PUBLIC_URL"> & { PUBLIC_URL: string };

/**
 * Reads Spoke's settings from environment variables.
 *
 * @throws Error with one sentence per wrong variable that names it and says what it must be; never its value
 */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const parsed = Settings.safeParse(variables);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}.`);
    throw new Error([...new Set(sentences)].join(" "));
  }
  return { ...parsed.data, PUBLIC_URL: parsed.data.PUBLIC_URL ?? `http://localhost:${parsed.data.PORT}` };
}

let parsedEnv: Env | undefined;

/** Spoke's settings, read from the process's environment at the first call. Throws as `parseEnv` does. */
export function env(): Env {
  parsedEnv ??= parseEnv(process.env);
  return parsedEnv;
}
