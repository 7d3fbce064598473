import { BodyError } from "@/lib/core/bodies/body-error";
import { parseCsv } from "@/lib/core/bodies/csv";
import { parseXml } from "@/lib/core/bodies/xml";
import type { Json } from "@/lib/core/json";
import { toXml } from "@/lib/core/xml-out";
import { formatCsv } from "./csv-out";
import { addToDate, dateDifference, formatDate, readDate } from "./dates";
import { decodeText, digest, encodeText } from "./encodings";
import { HelperError } from "./helper-error";

/** Longest text that a helper takes or gives, in characters. */
export const MAX_HELPER_CHARS = 4 * 2 ** 20;

/** The helpers' work on our side. Arguments are the script's, checked here: the realm's own checks can be bypassed. */
const helpers = {
  base64_encode: ([text]) => encodeText(asText(text), "base64"),
  base64_decode: ([text]) => decodeText(asText(text), "base64"),
  base64url_encode: ([text]) => encodeText(asText(text), "base64url"),
  base64url_decode: ([text]) => decodeText(asText(text), "base64url"),
  hex_encode: ([text]) => encodeText(asText(text), "hex"),
  hex_decode: ([text]) => decodeText(asText(text), "hex"),
  hash: ([text, algorithm, output]) =>
    digest({ text: asText(text), algorithm: asText(algorithm), output: asText(output) }),
  hmac: ([text, secret, algorithm, output, secretForm]) =>
    digest({
      text: asText(text),
      algorithm: asText(algorithm),
      output: asText(output),
      secret: { text: asText(secret), form: asText(secretForm) },
    }),
  csv_parse: ([text, delimiter]) => parseCsv(asText(text), asDelimiter(delimiter)),
  csv_format: ([rows, delimiter]) => formatCsv(rows, asDelimiter(delimiter)),
  xml_parse: ([text]) => parseXml(asText(text)),
  xml_format: ([value]) => toXml(value ?? null),
  date_parse: ([date]) => new Date(readDate(date)).toISOString(),
  date_add: ([date, amount, unit]) => addToDate(readDate(date), asNumber(amount), asText(unit)),
  date_diff: ([from, to, unit]) => dateDifference(readDate(from), readDate(to), asText(unit)),
  date_format: ([date, pattern, zone]) => formatDate(readDate(date), asText(pattern), asText(zone)),
} satisfies Record<string, (args: Json[]) => Json>;

export type Helper = keyof typeof helpers;

/** Does a helper's work; gives JSON text, or `!` and the JSON text of the reason for the script. */
export function callHelper(operation: string, argsText: string): string {
  try {
    if (!Object.hasOwn(helpers, operation)) throw new HelperError("There is no such helper");
    if (argsText.length > MAX_HELPER_CHARS) throw tooLong();
    const args: unknown = JSON.parse(argsText);
    if (!Array.isArray(args)) throw new HelperError("The arguments can't be read");
    const answer = JSON.stringify(helpers[operation as Helper](args as Json[]));
    if (answer.length > MAX_HELPER_CHARS) throw tooLong();
    return answer;
  } catch (error) {
    return `!${JSON.stringify(reasonOf(error))}`;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof HelperError) return error.message;
  if (error instanceof BodyError) return error.reason;
  return "The helper could not read its arguments";
}

const tooLong = () => new HelperError(`A helper takes and gives ${MAX_HELPER_CHARS} characters at most`);

function asText(value: Json | undefined): string {
  if (typeof value !== "string") throw new HelperError("An argument must be text");
  return value;
}

function asNumber(value: Json | undefined): number {
  if (typeof value !== "number") throw new HelperError("An argument must be a number");
  return value;
}

function asDelimiter(value: Json | undefined): "," | "\t" {
  if (value !== "," && value !== "\t") throw new HelperError("The delimiter must be a comma or a tab");
  return value;
}
