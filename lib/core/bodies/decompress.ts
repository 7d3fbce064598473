import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { BodyError, BodyTooLarge } from "./body-error";

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflateGzip: Inflate = promisify(gunzip);
const inflateZlib: Inflate = promisify(inflate);
const inflateBare: Inflate = promisify(inflateRaw);
const inflateBrotli: Inflate = promisify(brotliDecompress);

/** A body is packed once; more than this many times is an attack. */
const MAX_ENCODINGS = 3;

/**
 * Undoes a request's Content-Encoding (gzip, deflate, br, or several of them); stops as soon as `limitBytes` have come out.
 * Rejects with BodyTooLarge past the limit, with BodyError when the bytes cannot be unpacked or the encoding is not known.
 */
export async function decodeContent(
  bytes: Buffer,
  contentEncoding: string | undefined,
  limitBytes: number,
): Promise<Buffer> {
  if (bytes.length > limitBytes) throw new BodyTooLarge(limitBytes);
  const encodings = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (encodings.length > MAX_ENCODINGS) throw new BodyError(`it is compressed more than ${MAX_ENCODINGS} times`);
  let content = bytes;
  for (const encoding of encodings.reverse()) content = await unpack(content, encoding, limitBytes);
  return content;
}

async function unpack(bytes: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  const inflateBytes = chooseInflate(bytes, encoding);
  if (!inflateBytes)
    throw new BodyError(`the Content-Encoding ${JSON.stringify(encoding.slice(0, 40))} is not supported`);
  if (bytes.length === 0) return bytes;
  try {
    return await inflateBytes(bytes, { maxOutputLength: limitBytes });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ERR_BUFFER_TOO_LARGE") throw new BodyTooLarge(limitBytes);
    if (code === "Z_BUF_ERROR") throw new BodyError(`its ${encoding} data ends unexpectedly`);
    throw new BodyError(`its ${encoding} data is not valid`);
  }
}

function chooseInflate(bytes: Buffer, encoding: string): Inflate | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return inflateGzip;
    case "br":
      return inflateBrotli;
    case "deflate":
      return hasZlibHeader(bytes) ? inflateZlib : inflateBare;
    default:
      return undefined;
  }
}

/** "deflate" means the zlib format, but many senders leave its two-byte header out. */
function hasZlibHeader(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0;
  return (first & 0x0f) === 8 && ((first << 8) | (bytes[1] ?? 0)) % 31 === 0;
}
