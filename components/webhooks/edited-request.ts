import type { EditedRequest } from "@/lib/contracts/replays";
import type { ReceiptView } from "@/lib/contracts/webhooks";

/** A request while it is edited: its headers as lines of `Name: value`. */
export type RequestText = { headers: string; query: string; body: string };

/** A recorded request as text. Its body is empty when it is none. */
export const toRequestText = ({ headers, query, body }: ReceiptView): RequestText => ({
  headers: headers.map(([name, value]) => `${name}: ${value}`).join("\n"),
  query: query.replace(/^\?/, ""),
  body: body.text ?? "",
});

export type ParsedRequest = { request: EditedRequest } | { problem: string };

/** What was typed as a request. A body that is no text stays as it came while nothing is typed instead. */
export function parseRequestText({ headers, query, body }: RequestText, receipt: ReceiptView): ParsedRequest {
  const pairs: [string, string][] = [];
  for (const [index, line] of headers.split("\n").entries()) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim();
    if (name === "") return { problem: `Write line ${index + 1} like Content-Type: application/json.` };
    pairs.push([name, line.slice(colon + 1).trim()]);
  }
  const { base64 } = receipt.body;
  const content =
    body === "" && base64 !== null
      ? { body: base64, encoding: "base64" as const }
      : { body, encoding: "text" as const };
  return { request: { headers: pairs, query, ...content } };
}
