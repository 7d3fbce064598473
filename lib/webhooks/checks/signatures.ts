import type { SignatureEncoding } from "@/lib/core/webhook-check";
import { type Found, refused } from "./checked-request";
import type { MalformedProblem } from "./refusal";
import { digestBytes, type Scheme } from "./scheme";

/** More are an attack: each costs a comparison. */
const MAX_ITEMS = 20;

/** Signatures of a header that have the right form, as bytes, and the items of the header that they stood among. */
export type Signatures = { items: string[]; digests: Buffer[] };

/** Reads the signature's header. Nothing in it that has another form counts; a header without one of the right form is malformed. */
export function readSignatures(scheme: Scheme, header: string): Found<Signatures> {
  const { separator, prefix, encoding, algorithm } = scheme;
  const malformed = (problem: MalformedProblem) => refused({ code: "malformed", where: scheme.header, problem });
  const items = separator === "" ? [header] : header.split(separator, MAX_ITEMS + 1).map((item) => item.trim());
  if (items.length > MAX_ITEMS) return malformed("too-many-signatures");
  const texts = items.filter((item) => item.startsWith(prefix)).map((item) => item.slice(prefix.length));
  if (texts.length === 0) return malformed("no-signature");
  const decoded = texts.map((text) => decodeBytes(text, encoding)).filter((bytes) => bytes !== undefined);
  if (decoded.length === 0) return malformed("not-decodable");
  const digests = decoded.filter((bytes) => bytes.length === digestBytes[algorithm]);
  return digests.length === 0 ? malformed("wrong-length") : { ok: true, value: { items, digests } };
}

/** Bytes of a text, or undefined when it is not exactly of the encoding; base64's padding may be left out. */
export function decodeBytes(text: string, encoding: SignatureEncoding): Buffer | undefined {
  if (encoding === "hex") return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, "hex") : undefined;
  const bytes = Buffer.from(text, encoding);
  const plain = bytes.toString(encoding).replace(/=+$/, "");
  const padded = plain + "=".repeat((4 - (plain.length % 4)) % 4);
  return bytes.length > 0 && (text === plain || text === padded) ? bytes : undefined;
}
