import type { AlarmRuleName } from "@/lib/core/alarm-rules";
import { formatDuration } from "@/lib/core/format";
import type { NotificationFacts } from "@/lib/core/notifications";

/** A notification in words. */
export type Message = {
  subject: string;
  /** What happened, a sentence each. */
  sentences: string[];
  links: { label: string; url: string }[];
};

type Event = NonNullable<NotificationFacts["event"]>;

const NAMES: Record<AlarmRuleName, string> = {
  silence: "silent",
  refused: "refusing requests",
  failed: "failing",
};

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Says what a notification tells: what happened, where, and where to look. `publicUrl` begins the links. */
export function messageOf({ event, at, ...place }: NotificationFacts, publicUrl: string): Message {
  const { account, cycle, step, webhookId } = place;
  const where = `${account.name} › ${cycle.name} › ${step.name}`;
  const builder = `${publicUrl}/accounts/${account.id}/cycles/${cycle.id}?step=${encodeURIComponent(step.id)}`;
  const links = [
    { label: "Open in builder", url: builder },
    { label: "Requests in the Webhooks Report", url: `${publicUrl}/partner/webhooks/${webhookId}` },
  ];
  if (!event)
    return { subject: `Test: ${where}`, sentences: [`This is a test. Alarms of ${where} are sent here.`], links };
  return {
    subject: `${subjectOf(event, at)}: ${where}`,
    sentences: [...sentencesOf(event, at), `It is the webhook ${where}.`],
    links,
  };
}

function subjectOf({ rule, kind, since, percent }: Event, at: number): string {
  if (kind === "resolved") return `No longer ${NAMES[rule]}`;
  if (rule === "silence") return `Silent for ${formatDuration(at - since)}`;
  return rule === "refused" ? `${percent} % of requests refused` : `${percent} % of transactions failed`;
}

function sentencesOf(event: Event, at: number): string[] {
  if (event.kind === "resolved") return [endOf(event, at)];
  const isStill = event.kind === "reminder";
  return [findingOf(event, at), ...(isStill ? [`It has been so since ${utc(event.since)}.`] : [])];
}

function findingOf({ rule, since, percent, total, limit }: Event, at: number): string {
  if (rule === "silence") return `No request has come since ${utc(since)}, ${formatDuration(at - since)} ago.`;
  const within =
    limit && "withinMinutes" in limit ? ` in the last ${formatDuration(limit.withinMinutes * 60_000)}` : "";
  const count = total.toLocaleString("en");
  if (rule === "refused") return `Of ${count} requests${within}, ${percent} % were refused.`;
  return `Of ${count} transactions${within}, ${percent} % failed.`;
}

function endOf({ rule, since, because, percent }: Event, at: number): string {
  const lasted = formatDuration(at - since);
  if (because === "off") return `The rule was switched off after ${lasted}.`;
  if (because === "unwatched") return `Its cycle does not take requests now. The alarm lasted ${lasted}.`;
  if (rule === "silence") return `Requests come again, after ${lasted} without one.`;
  return `The share is ${percent} %, below the limit. The alarm lasted ${lasted}.`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);

/** Messages that one e-mail tells in full; of more it says how many. */
export const MOST_IN_MAIL = 50;

/** What one e-mail says. */
export type MailText = { subject: string; text: string; html: string };

/** One e-mail for what there is to tell an address at the same time. `listUrl` leads to what was sent. */
export function mailOf(messages: readonly [Message, ...Message[]], listUrl: string): MailText {
  const [first] = messages;
  if (messages.length === 1)
    return { subject: first.subject, text: textOf(first), html: htmlOf(first.subject, [first]) };
  const subject = `${first.subject}, and ${(messages.length - 1).toLocaleString("en")} more`;
  const told = messages.slice(0, MOST_IN_MAIL);
  const left = messages.length - told.length;
  const end: Message = {
    subject: left > 0 ? `And ${left.toLocaleString("en")} more` : "All notifications",
    sentences: [],
    links: [{ label: "What was sent", url: listUrl }],
  };
  const parts = [...told, end];
  const text = parts.map((part) => `${part.subject}\n\n${textOf(part)}`).join("\n\n");
  return { subject, text, html: htmlOf(subject, parts) };
}

const textOf = ({ sentences, links }: Message): string =>
  [...sentences, "", ...links.map(({ label, url }) => `${label}: ${url}`), ""].join("\n");

function htmlOf(title: string, parts: readonly Message[]): string {
  const body = parts.map(partHtml).join("");
  return `<!doctype html><html lang="en"><head><title>${escapeHtml(title)}</title></head><body style="font-family:sans-serif">${body}</body></html>`;
}

function partHtml({ subject, sentences, links }: Message): string {
  const paragraphs = sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join("");
  const items = links
    .map(({ label, url }) => `<li><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></li>`)
    .join("");
  return `<h1 style="font-size:18px">${escapeHtml(subject)}</h1>${paragraphs}<ul>${items}</ul>`;
}
