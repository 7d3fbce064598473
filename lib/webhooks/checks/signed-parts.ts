import { createHash } from "node:crypto";
import { bodiesOf, type CheckedRequest, type Found, refused, singleHeader, splitUrl } from "./checked-request";
import { sameBytes } from "./same-bytes";
import type { Scheme, SchemePiece } from "./scheme";

/** Larger forms are not taken apart: no sender of signed forms comes near. */
const MAX_FORM_BYTES = 1024 * 1024;

/** What may have been signed: one list of parts for each way in which the sender may have written URL and body. */
export type SignedParts = Buffer[][];

const bytes = (text: string) => Buffer.from(text, "utf8");
/** Header values come with one character for each byte. */
const headerBytes = (value: string) => Buffer.from(value, "latin1");

/** Puts together what is signed; fails when the request lacks something of it. `time` is the text of the request's time. */
export function signedParts(scheme: Scheme, request: CheckedRequest, time: string | undefined): Found<SignedParts> {
  let fixed: Found<Buffer[]> = { ok: true, value: [] };
  if (scheme.pieces.some(({ kind }) => kind === "form")) {
    fixed = formParts(request);
    if (!fixed.ok) return fixed;
  }
  const uses = (kind: SchemePiece["kind"]) => scheme.pieces.some((piece) => piece.kind === kind);
  const urls = uses("url") ? scheme.urlForms(publicUrl(scheme, request)) : [request.url];
  const bodies = uses("body") ? bodiesOf(request) : uses("form") ? fixed.value : [request.rawBody];
  const all: SignedParts = [];
  for (const url of urls) {
    for (const body of bodies) {
      const parts: Buffer[] = [];
      for (const piece of scheme.pieces) {
        const part = partOf(piece, { scheme, request, time, url, body });
        if (!part.ok) return part;
        parts.push(part.value);
      }
      all.push(parts);
    }
  }
  return { ok: true, value: all };
}

/** The URL that the sender knows: the webhook's own, or the one in the settings with the request's query. */
export function publicUrl({ signedUrl }: Pick<Scheme, "signedUrl">, { url }: CheckedRequest): string {
  if (signedUrl === "") return url;
  const question = url.indexOf("?");
  return question === -1 ? signedUrl : signedUrl + url.slice(question);
}

type PieceInput = { scheme: Scheme; request: CheckedRequest; time: string | undefined; url: string; body: Buffer };

function partOf(piece: SchemePiece, { scheme, request, time, url, body }: PieceInput): Found<Buffer> {
  const found = (value: Buffer): Found<Buffer> => ({ ok: true, value });
  switch (piece.kind) {
    case "text":
      return found(bytes(piece.text));
    case "timestamp":
      return time === undefined ? refused({ code: "check-unusable" }) : found(headerBytes(time));
    case "body":
    case "form":
      return found(body);
    case "method":
      return found(bytes(request.method));
    case "url":
      return found(bytes(url));
    case "path":
      return found(bytes(splitUrl(publicUrl(scheme, request))?.path ?? ""));
    case "query":
      return found(bytes(splitUrl(request.url)?.query ?? ""));
    case "id":
      return headerPart(request, scheme.idHeader);
    case "header":
      return headerPart(request, piece.name);
    default:
      return piece satisfies never;
  }
}

function headerPart(request: CheckedRequest, name: string): Found<Buffer> {
  if (name === "") return refused({ code: "check-unusable" });
  const header = singleHeader(request, name);
  return header.ok ? { ok: true, value: headerBytes(header.value) } : header;
}

/**
 * What stands for the body of a signed form: names and values sorted, each value once. A URL that names the body's digest
 * stands for any body with that digest. A body that neither binds is refused.
 */
function formParts(request: CheckedRequest): Found<Buffer[]> {
  const bodies = bodiesOf(request);
  const digest = new URLSearchParams(splitUrl(request.url)?.query ?? "").get("bodySHA256");
  if (digest !== null) {
    const expected = (body: Buffer) => bytes(createHash("sha256").update(body).digest("hex"));
    const isBound = bodies.some((body) => sameBytes(bytes(digest.toLowerCase()), expected(body)));
    return isBound ? { ok: true, value: [Buffer.alloc(0)] } : refused({ code: "body-differs" });
  }
  if (request.rawBody.length === 0) return { ok: true, value: [Buffer.alloc(0)] };
  const types = request.headers.filter(([name]) => name.toLowerCase() === "content-type");
  const isForm = types.length === 1 && /^application\/x-www-form-urlencoded\s*(;|$)/i.test(types[0]![1].trim());
  if (!isForm) return refused({ code: "body-not-signed" });
  if (bodies.some(({ length }) => length > MAX_FORM_BYTES))
    return refused({ code: "malformed", where: "The body", problem: "too-long" });
  return { ok: true, value: bodies.map(sortedForm) };
}

/** Taking a large form apart takes long, and a request is looked at more than once where it is explained. */
const sortedForms = new WeakMap<Buffer, Buffer>();

function sortedForm(body: Buffer): Buffer {
  let sorted = sortedForms.get(body);
  if (!sorted) {
    sorted = bytes(sortForm(body.toString("utf8")));
    sortedForms.set(body, sorted);
  }
  return sorted;
}

function sortForm(form: string): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(form)) values.set(name, (values.get(name) ?? new Set()).add(value));
  return [...values.keys()]
    .sort()
    .map((name) =>
      [...values.get(name)!]
        .sort()
        .map((value) => name + value)
        .join(""),
    )
    .join("");
}
