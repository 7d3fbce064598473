import { BodyError } from "@/lib/core/bodies/body-error";
import { decodeText, detectEncoding } from "@/lib/core/bodies/charset";
import { parseHeaderValue } from "@/lib/core/bodies/content-type";

/** Control characters that no text has: such bytes are something else that happens to decode. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const BINARY = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/;

/** A UTF-8 letter takes 4 bytes at most, so a cut one leaves 3 at most behind. */
const MOST_CUT_BYTES = 3;

function tryDecode(bytes: Buffer, charset: string | undefined): string | null {
  try {
    const text = decodeText(bytes, detectEncoding(bytes, charset));
    return BINARY.test(text) ? null : text;
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return null;
  }
}

/** A recorded body as text in its charset; null when it is none. Where it was cut, a letter that was cut through is left out. */
export function bodyText(bytes: Buffer, contentType: string | null, cut: boolean): string | null {
  const charset = contentType ? parseHeaderValue(contentType).parameters.get("charset") : undefined;
  for (let left = 0; left <= (cut ? MOST_CUT_BYTES : 0); left++) {
    const text = tryDecode(bytes.subarray(0, bytes.length - left), charset);
    if (text !== null) return text;
  }
  return null;
}
