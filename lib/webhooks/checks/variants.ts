import { redactUrl, usualSecretNames } from "@/lib/core/secret-headers";
import { type CheckedRequest, splitUrl } from "./checked-request";

/** Something else that may have been signed. `words` completes "The signature is right for ". */
export type Variant<T> = { value: T; words: string; advice: string };

const MAX_PARSED_BYTES = 1024 * 1024;

const rewritten =
  "Something between the sender and Spoke reads the body and writes it anew. Let it pass the bytes on unchanged.";

/** What a body may have been before something changed it on the way. Large ones are not parsed. */
export function bodyVariants(body: Buffer): Variant<Buffer>[] {
  const simple: Variant<Buffer | undefined>[] = [
    variant(body.subarray(0, lengthWithoutLineEnd(body)), "the body without the line break at its end", rewritten),
    variant(Buffer.concat([body, Buffer.from("\n")]), "the body with a line break at its end", rewritten),
    variant(Buffer.concat([body, Buffer.from("\r\n")]), "the body with a line break (CR LF) at its end", rewritten),
    variant(
      Buffer.alloc(0),
      "an empty body",
      "The sender signs without the body: its signature does not protect what it sends.",
    ),
  ];
  const all = body.length > MAX_PARSED_BYTES ? simple : [...simple, ...textVariants(body), ...jsonVariants(body)];
  return all.filter((candidate): candidate is Variant<Buffer> => !!candidate.value && !candidate.value.equals(body));
}

const variant = <T>(value: T, words: string, advice: string): Variant<T> => ({ value, words, advice });

function lengthWithoutLineEnd(body: Buffer): number {
  let length = body.length;
  while (length > 0 && (body[length - 1] === 10 || body[length - 1] === 13)) length--;
  return length;
}

function textVariants(body: Buffer): Variant<Buffer>[] {
  const text = body.toString("utf8");
  const lf = text.replaceAll("\r\n", "\n");
  const of = (changed: string, words: string) => variant(Buffer.from(changed), words, rewritten);
  return [
    of(text.replace(/^\ufeff/, ""), "the body without its byte order mark"),
    of(text.trim(), "the body without the white space around it"),
    of(lf, "the body with line breaks written as LF"),
    of(lf.replaceAll("\n", "\r\n"), "the body with line breaks written as CR LF"),
    variant(Buffer.from(text, "latin1"), "the body in ISO-8859-1 instead of UTF-8", rewritten),
  ];
}

function jsonVariants(body: Buffer): Variant<Buffer>[] {
  const value = parseJson(body.toString("utf8"));
  if (typeof value !== "object" || value === null) return [];
  const compact = JSON.stringify(value);
  const ascii = (text: string) =>
    text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const of = (changed: string, words: string) => variant(Buffer.from(changed), words, rewritten);
  return [
    of(compact, "the body written as compact JSON"),
    of(JSON.stringify(value, null, 2), "the body written as JSON indented by 2"),
    of(JSON.stringify(value, null, 4), "the body written as JSON indented by 4"),
    of(ascii(compact), "the body written as compact JSON with non-ASCII characters escaped"),
    of(ascii(compact).replaceAll("/", "\\/"), "the body written as compact JSON with slashes escaped"),
    of(ascii(spaced(compact)), "the body written as JSON with a space after each comma and colon"),
  ];
}

/** Compact JSON as Python writes it. */
function spaced(compact: string): string {
  return compact.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (part) => (part === "," || part === ":" ? `${part} ` : part));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Other ways in which a sender may know the webhook's URL. */
export function urlVariants(url: string, { headers }: Pick<CheckedRequest, "headers">): Variant<string>[] {
  const parts = splitUrl(url);
  if (!parts) return [];
  const { origin, path, query } = parts;
  const search = url.includes("?") ? `?${query}` : "";
  const host = origin.replace(/^https?:\/\//i, "");
  const hosts = headers.filter(([name]) => /^(host|x-forwarded-host)$/i.test(name)).map(([, value]) => value.trim());
  const paths = [path, path.endsWith("/") ? path.slice(0, -1) : `${path}/`];
  const urls = new Set<string>();
  for (const name of [host, host.toLowerCase(), ...hosts.slice(0, 4)]) {
    for (const scheme of ["https", "http"]) {
      for (const way of paths) {
        urls.add(`${scheme}://${name}${way}${search}`);
        urls.add(`${scheme}://${name}${way}`);
      }
    }
  }
  urls.add(`${path}${search}`);
  urls.delete(url);
  const advice = "Give the sender exactly this webhook's URL, or type the URL that it has into the check.";
  return [...urls].map((other) => variant(other, `the URL ${redactUrl(other, usualSecretNames)}`, advice));
}

/** What a stored secret may have to be instead. */
export function secretVariants(secret: string): Variant<string>[] {
  const again = (how: string) => `Store the secret again ${how}.`;
  const trimmed = secret.trim();
  const all = [
    variant(trimmed, "the stored secret without the white space around it", again("without it")),
    variant(
      trimmed.replace(/^whsec_/, ""),
      "the stored secret without whsec_ before it",
      again("without whsec_, if this check's sender shows it so"),
    ),
    variant(`whsec_${trimmed}`, "the stored secret with whsec_ before it", again("with whsec_ before it")),
    variant(trimmed.replace(/^["']|["']$/g, ""), "the stored secret without its quotes", again("without quotes")),
    variant(trimmed.toLowerCase(), "the stored secret in small letters", again("in small letters")),
  ];
  return all.filter(({ value }) => value !== secret && value !== "");
}
