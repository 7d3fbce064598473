import { BodyError } from "@/lib/core/bodies/body-error";
import { parseJson } from "@/lib/core/bodies/parse-json";
import { ServiceError } from "@/lib/services/errors";

const MAX_BYTES = 6 * 1024 * 1024;

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new ServiceError("too_large", "The request is larger than 6 MB. Send less at a time.");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * The JSON value that a request carries; `{}` when it carries nothing. Throws `malformed` for anything else, and
 * `too_large` above 6 MB. Other content types are refused: a form of another site could send them with our cookies.
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text.trim() === "") return {};
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json")
    throw new ServiceError("malformed", "Send JSON with Content-Type: application/json.");
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new ServiceError("malformed", `The request's JSON could not be read: ${error.reason}`);
  }
}
