import { type AddressInfo, createServer } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { createMailer, type Mailer } from "@/lib/notifications/mailer";
import { minutesUntil, testNotifications } from "./testing-notifications";

const { made, send, notification, read, makeDue } = testNotifications();
const mailers: Mailer[] = [];
afterEach(() => {
  for (const mailer of mailers.splice(0)) mailer.close();
});

type MailServerGiven = {
  /** Encrypted from the first byte on; else only after STARTTLS, if at all. */
  secure?: boolean;
  startTls?: boolean;
  /** Takes mail only of whoever signs in with this password. */
  password?: string;
  /** Recipients that are refused before one is taken. */
  refusals?: number;
  /** As the URL of the mail server has it. */
  credentials?: string;
  options?: string;
};

type ReceivedMail = { from: string; to: string[]; text: string; encrypted: boolean; user: unknown };

/** A mail server that takes what comes, and the mailer for it. */
async function mailServer(given: MailServerGiven = {}) {
  const { secure = false, startTls = false, password, credentials = "", options = "" } = given;
  let { refusals = 0 } = given;
  const mails: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    secure,
    authOptional: password === undefined,
    disabledCommands: startTls ? [] : ["STARTTLS"],
    onAuth(auth, _, callback) {
      if (auth.password === password) callback(null, { user: auth.username });
      else callback(new Error("Wrong password"));
    },
    onRcptTo: (_, __, callback) =>
      callback(refusals-- > 0 ? Object.assign(new Error("No such user"), { responseCode: 550 }) : null),
    onData(stream, { envelope: { mailFrom, rcptTo }, secure: encrypted, user }, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = mailFrom === false ? "" : mailFrom.address;
        const text = Buffer.concat(chunks).toString().replaceAll("=\r\n", "");
        mails.push({ from, to: rcptTo.map(({ address }) => address), text, encrypted, user });
        callback();
      });
    },
  });
  smtp.on("error", () => {}); // whoever trusts its certificate not hangs up
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", () => resolve()));
  const { port } = smtp.server.address() as AddressInfo;
  const address = `${secure ? "smtps" : "smtp"}://${credentials}127.0.0.1:${port}${options}`;
  const mailer = createMailer({ url: address, from: "Spoke <spoke@example.com>" });
  mailers.push(mailer);
  return { mails, mailer, close: () => new Promise<void>((resolve) => smtp.close(() => resolve())) };
}

const mailTo = (address: string) => notification({ targetId: uuid7(), address, channel: "EMAIL" });
const TRUSTING = "?tls.rejectUnauthorized=false";

test("mails what happened, as text and as HTML, with the notification's id", async () => {
  const { mails, mailer, close } = await mailServer();
  const id = await mailTo("ops@example.com");
  await send({ mailer });
  await close();
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({ from: "spoke@example.com", to: ["ops@example.com"] });
  const { text } = mails[0]!;
  expect(text).toContain(`Message-ID: <${id}@example.com>`);
  expect(text).toContain("Content-Type: text/plain");
  expect(text).toContain("Content-Type: text/html");
  expect(text).toContain("No request has come since 1970-01-01 00:00 UTC, 1 h ago.");
  expect(await read(id)).toMatchObject({ status: "SENT", attempts: [{ error: null }] });
});

test.each([
  ["smtps://", { secure: true }],
  ["smtp:// with STARTTLS", { startTls: true }],
])("signs in at the mail server over an encrypted connection: %s", async (_, kind) => {
  const password = "p@ss word";
  const credentials = `spoke:${encodeURIComponent(password)}@`;
  const { mails, mailer, close } = await mailServer({ ...kind, password, credentials, options: TRUSTING });
  const id = await mailTo("ops@example.com");
  await send({ mailer });
  await close();
  expect(mails).toMatchObject([{ to: ["ops@example.com"], encrypted: true, user: "spoke" }]);
  expect(await read(id)).toMatchObject({ status: "SENT" });
});

test("sends nothing to a mail server whose certificate nobody vouches for", async () => {
  const { mails, mailer, close } = await mailServer({ secure: true });
  const id = await mailTo("ops@example.com");
  await send({ mailer });
  await close();
  expect(mails).toEqual([]);
  expect((await read(id)).attempts[0]?.error).toMatch(/certificate/);
});

test("sends no password over a connection that is not encrypted, unless it is told to", async () => {
  const [password, credentials] = ["a password", "spoke:a%20password@"];
  const wary = await mailServer({ password, credentials });
  const id = await mailTo("ops@example.com");
  await send({ mailer: wary.mailer });
  await wary.close();
  expect((await read(id)).attempts[0]?.error).toMatch(/TLS/);
  const told = await mailServer({ password, credentials, options: "?requireTLS=false" });
  await makeDue(id);
  await send({ mailer: told.mailer });
  await told.close();
  expect(wary.mails).toEqual([]);
  expect(told.mails).toMatchObject([{ encrypted: false, user: "spoke" }]);
});

test("says that the mail server does not know the password, and not what it is", async () => {
  const kind = { secure: true, password: "the right one", credentials: "spoke:the-wrong-one@", options: TRUSTING };
  const { mailer, close } = await mailServer(kind);
  const id = await mailTo("ops@example.com");
  await send({ mailer });
  await close();
  const row = await read(id);
  expect(row).toMatchObject({ status: "WAITING", tries: 1 });
  expect(row.attempts[0]?.error).toMatch(/login|credentials|password/i);
  expect(row.attempts[0]?.error).not.toContain("the-wrong-one");
});

test("keeps what the mail server says when it refuses, and tries again until it takes it", async () => {
  const { mails, mailer, close } = await mailServer({ refusals: 1 });
  const id = await mailTo("nobody@example.com");
  await send({ mailer });
  const row = await read(id);
  expect(row).toMatchObject({ status: "WAITING", tries: 1 });
  expect(row.attempts[0]?.error).toContain("No such user");
  expect(minutesUntil(row)).toBe(1);
  await makeDue(id);
  await send({ mailer });
  await close();
  expect(mails).toHaveLength(1);
  expect(await read(id)).toMatchObject({ status: "SENT", tries: 2, attempts: [{}, { error: null }] });
});

test("tries again when there is no mail server to be reached", async () => {
  const { mailer, close } = await mailServer();
  await close();
  const id = await mailTo("ops@example.com");
  await send({ mailer });
  const row = await read(id);
  expect(row).toMatchObject({ status: "WAITING", tries: 1 });
  expect(row.attempts[0]?.error).toMatch(/ECONNREFUSED/);
});

test("waits no longer for a mail server that says nothing than it shall", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", () => resolve()));
  const { port } = silent.address() as AddressInfo;
  const url = `smtp://127.0.0.1:${port}?greetingTimeout=50`;
  const mailer = createMailer({ url, from: "spoke@example.com" });
  mailers.push(mailer);
  const id = await mailTo("ops@example.com");
  await send({ mailer });
  await new Promise((resolve) => silent.close(resolve));
  expect((await read(id)).attempts[0]?.error).toMatch(/Greeting never received/);
});

test("tells an address in one e-mail what is due for it at the same time, again too", async () => {
  const { mails, mailer, close } = await mailServer({ refusals: 1 });
  const ids = [await mailTo("ops@example.com"), await mailTo("ops@example.com"), await mailTo("ops@example.com")];
  await send({ mailer });
  expect(mails).toEqual([]);
  const [first, ...others] = await Promise.all(ids.map(read));
  for (const other of others) expect(other.nextAttemptAt).toEqual(first?.nextAttemptAt);
  for (const id of ids) await makeDue(id);
  const other = await mailTo("boss@example.com");
  await send({ mailer });
  await close();
  expect(mails.map(({ to: [to] }) => to).sort()).toEqual(["boss@example.com", "ops@example.com"]);
  const { text } = mails.find(({ to: [to] }) => to === "ops@example.com")!;
  expect(text.split("1 h ago.")).toHaveLength(1 + 2 * ids.length); // as text and as HTML
  expect(text).toContain(`Message-ID: <${ids[0]}@example.com>`);
  expect(text).toContain(`https://spoke.example/accounts/${made().world.accountId}/notifications`);
  for (const id of ids) {
    const row = await read(id);
    expect(row).toMatchObject({ status: "SENT", tries: 2 });
    expect(row.attempts[1]?.answer).toMatch(/\(one e-mail with 2 more\)$/);
  }
  expect(await read(other)).toMatchObject({ status: "SENT", tries: 1 });
});

test("tells ten thousand alarms of one address in a few e-mails", async () => {
  const { mails, mailer, close } = await mailServer();
  const one = await mailTo("ops@example.com");
  await made().db.pool.query(
    `INSERT INTO "Notification" (id, "accountId", "webhookId", kind, rule, facts, "targetId", channel, address, "nextAttemptAt")
     SELECT gen_random_uuid(), "accountId", "webhookId", kind, rule, facts, "targetId", channel, address, "nextAttemptAt"
     FROM "Notification", generate_series(2, 10000) WHERE id = $1`,
    [one],
  );
  expect(await send({ mailer })).toBe(10_000);
  await close();
  expect(mails).toHaveLength(20);
  expect(await made().db.prisma.notification.count({ where: { status: "SENT" } })).toBe(10_000);
});

test("without a mail server says which settings are missing", async () => {
  const id = await notification({ targetId: uuid7(), address: "ops@example.com", channel: "EMAIL" });
  await send();
  expect((await read(id)).attempts[0]?.error).toContain("SMTP_URL");
});
