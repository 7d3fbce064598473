import { createHash, createHmac } from "node:crypto";
import { HelperError } from "./helper-error";

type Encoding = "base64" | "base64url" | "hex";

/** What text of an encoding, blanks and padding taken out, can't hold. */
const FOREIGN: Record<Encoding, RegExp> = {
  base64: /[^A-Za-z0-9+/]/,
  base64url: /[^A-Za-z0-9_-]/,
  hex: /[^0-9a-fA-F]/,
};

const ALGORITHMS = ["sha1", "sha256", "sha384", "sha512", "md5"];
const OUTPUTS = ["hex", "base64", "base64url"];

/** Text as the encoding of its UTF-8 bytes. */
export const encodeText = (text: string, encoding: Encoding): string => Buffer.from(text, "utf8").toString(encoding);

/** The text whose UTF-8 bytes were encoded; throws a HelperError when it is not that encoding, or not text. */
export function decodeText(encoded: string, encoding: Encoding): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(decodeBytes(encoded, encoding));
  } catch (error) {
    if (error instanceof HelperError) throw error;
    throw new HelperError(`The ${encoding} holds bytes that are not text in UTF-8`);
  }
}

function decodeBytes(encoded: string, encoding: Encoding): Buffer {
  const text = encoded.replace(/\s+/g, "");
  const digits = encoding === "hex" ? text : text.replace(/={0,2}$/, "");
  const isWhole = encoding === "hex" ? digits.length % 2 === 0 : digits.length % 4 !== 1;
  if (!isWhole || FOREIGN[encoding].test(digits)) throw new HelperError(`The text is not ${encoding}`);
  return Buffer.from(text, encoding);
}

export type DigestInput = {
  text: string;
  algorithm: string;
  output: string;
  /** With it the digest is an HMAC. `form` says what the secret's text is: `text`, `hex` or `base64`. */
  secret?: { text: string; form: string };
};

/** The hash or the HMAC of a text's UTF-8 bytes; throws a HelperError for names that are not known. */
export function digest({ text, algorithm, output, secret }: DigestInput): string {
  if (!ALGORITHMS.includes(algorithm)) throw new HelperError(`The algorithm must be one of ${ALGORITHMS.join(", ")}`);
  if (!OUTPUTS.includes(output)) throw new HelperError(`The output must be one of ${OUTPUTS.join(", ")}`);
  const hash = secret ? createHmac(algorithm, secretBytes(secret)) : createHash(algorithm);
  return hash.update(text, "utf8").digest(output as "hex" | "base64" | "base64url");
}

function secretBytes({ text, form }: { text: string; form: string }): Buffer {
  if (form === "text") return Buffer.from(text, "utf8");
  if (form === "hex" || form === "base64") return decodeBytes(text, form);
  throw new HelperError("The form of the secret must be one of text, hex, base64");
}
