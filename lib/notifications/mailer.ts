import { createTransport } from "nodemailer";
import type { MailText } from "./message";

const WAIT_MS = 10_000;

export type Mail = MailText & { id: string; to: string };

export type Mailer = {
  /** Hands a mail to the server; gives the server's answer. Rejects with what it says when it doesn't take it. */
  send(mail: Mail): Promise<string>;
  close(): void;
};

/** The URL with the settings of the transport that it does not have itself: nodemailer takes no others beside a URL. */
export function transportUrl(url: string): string {
  const address = new URL(url);
  const settings = {
    connectionTimeout: WAIT_MS,
    greetingTimeout: WAIT_MS,
    socketTimeout: WAIT_MS,
    requireTLS: address.password !== "",
  };
  for (const [name, value] of Object.entries(settings)) {
    if (!address.searchParams.has(name)) address.searchParams.set(name, String(value));
  }
  return address.href;
}

/**
 * Makes the one thing that sends e-mail. The Message-ID is made from the notification's id, so that one that is sent twice
 * can be told.
 *
 * @param url `smtp://` or `smtps://`, with user and password if the server asks for them. A password is sent over an encrypted
 *   connection only, unless the URL says `?requireTLS=false`
 */
export function createMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = createTransport(transportUrl(url));
  const host = /@([^>]+)/.exec(from)?.[1] ?? "spoke";
  return {
    async send({ id, to, subject, text, html }) {
      const { response } = await transport.sendMail({
        from,
        to: { name: "", address: to },
        subject: subject.replace(/\s+/g, " "),
        text,
        html,
        messageId: `<${id}@${host}>`,
        headers: { "Auto-Submitted": "auto-generated" },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return response;
    },
    close: () => transport.close(),
  };
}
