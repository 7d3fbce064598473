import { isUtf8 } from "node:buffer";
import { BodyError } from "./body-error";

export type TextEncoding = {
  /** A label that TextDecoder knows. */
  label: string;
  /** Bytes of the byte order mark, left out of the text. */
  bomBytes: number;
};

/** Finds a body's encoding: its byte order mark, else the charset it was sent with, else the zero bytes that UTF-16 has around a first ASCII character, else UTF-8. */
export function detectEncoding(bytes: Buffer, charset?: string): TextEncoding {
  const first = bytes[0];
  const second = bytes[1];
  if (first === 0xef && second === 0xbb && bytes[2] === 0xbf) return { label: "utf-8", bomBytes: 3 };
  if (first === 0xff && second === 0xfe) return { label: "utf-16le", bomBytes: 2 };
  if (first === 0xfe && second === 0xff) return { label: "utf-16be", bomBytes: 2 };
  const label = charset?.toLowerCase();
  if (label && label !== "utf-16") return { label: label === "utf8" ? "utf-8" : label, bomBytes: 0 };
  if (first === 0 && second) return { label: "utf-16be", bomBytes: 0 };
  if (label === "utf-16" || (first && second === 0)) return { label: "utf-16le", bomBytes: 0 };
  return { label: "utf-8", bomBytes: 0 };
}

/** Turns bytes into text; throws a BodyError for bytes that are not valid in the encoding and for a charset that is not known. */
export function decodeText(bytes: Buffer, { label, bomBytes }: TextEncoding): string {
  if (label === "utf-8") {
    checkUtf8(bytes);
    return bytes.toString("utf8", bomBytes);
  }
  const decoder = decoderOf(label);
  try {
    return decoder.decode(bytes.subarray(bomBytes));
  } catch {
    decoders.delete(label); // it may be in the middle of a character
    throw new BodyError(`it is not valid ${label.toUpperCase()}`);
  }
}

/** Throws a BodyError for bytes that are not valid UTF-8. */
export function checkUtf8(bytes: Uint8Array): void {
  if (!isUtf8(bytes)) throw new BodyError("it is not valid UTF-8");
}

/** One for each label that is known: making one costs more than decoding a short text. */
const decoders = new Map<string, TextDecoder>();

function decoderOf(label: string): TextDecoder {
  const known = decoders.get(label);
  if (known) return known;
  try {
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    decoders.set(label, decoder);
    return decoder;
  } catch {
    throw new BodyError(`the charset ${JSON.stringify(label.slice(0, 40))} is not supported`);
  }
}
