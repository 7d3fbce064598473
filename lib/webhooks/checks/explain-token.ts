import type { WebhookCheck } from "@/lib/core/webhook-check";
import { type CheckedRequest, splitUrl } from "./checked-request";
import type { Finding } from "./finding";
import { sameBytes } from "./same-bytes";

const same = (left: string, right: string) => sameBytes(Buffer.from(left, "utf8"), Buffer.from(right, "utf8"));
const sentText = (value: string) => Buffer.from(value.trim(), "latin1").toString("utf8");

const MAX_VALUES = 200;

/** Finds where in a request a token came instead, or how it differs from the stored one. The token itself is not said. */
export function explainToken(
  check: Extract<WebhookCheck, { kind: "token" }>,
  secrets: string[],
  request: CheckedRequest,
): Finding[] {
  const places = placesOf(request);
  for (const { place, name, value } of places) {
    const how = secrets.map((secret) => difference(value, secret, check.prefix)).find((words) => words !== undefined);
    if (how === undefined) continue;
    const isThere = place === check.in && name.toLowerCase() === check.name.toLowerCase();
    const where = place === "header" ? `the header ${name}` : `the query parameter ${name}`;
    const text = isThere
      ? `The token is the stored one ${how}.`
      : `The stored token came in ${where}${how === "" ? "" : `, ${how}`}. Set the check so.`;
    return [{ code: "token", text }];
  }
  const came = places.some(({ place, name }) => place === check.in && name.toLowerCase() === check.name.toLowerCase());
  if (!came) return [];
  return [{ code: "nothing-matches", text: "The token is another one, not the stored one written differently." }];
}

type Place = { place: "header" | "query"; name: string; value: string };

function placesOf({ headers, url }: CheckedRequest): Place[] {
  const parameters = [...new URLSearchParams(splitUrl(url)?.query ?? "")];
  return [
    ...headers
      .slice(0, MAX_VALUES)
      .map(([name, value]) => ({ place: "header" as const, name, value: sentText(value) })),
    ...parameters.slice(0, MAX_VALUES).map(([name, value]) => ({ place: "query" as const, name, value })),
  ];
}

/** How a value differs from prefix and secret; empty when it does not, undefined when it is something else. */
function difference(value: string, secret: string, prefix: string): string | undefined {
  if (same(value, prefix + secret)) return "";
  const bare = value.replace(/^(?:bearer|token|basic|apikey)\s+/i, "");
  if (prefix !== "" && same(value, secret)) return `without the prefix ${prefix.trim()}`;
  if (prefix !== "" && same(value.toLowerCase(), (prefix + secret).toLowerCase())) return "with other capital letters";
  if (bare !== value && same(bare, secret))
    return `with ${value.slice(0, value.length - bare.length).trim()} before it`;
  if (same(bare, secret.trim())) return "without the white space that is stored around it. Store it again without it";
  if (same(bare.toLowerCase(), secret.trim().toLowerCase())) return "with other capital letters";
  return undefined;
}
