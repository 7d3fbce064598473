import type { Json } from "@/lib/core/json";

const EXAMPLE: Json = { order: { id: "A-10", total: 120.5 } };
const LONGEST_BODY = 2_000;

/** A command that posts a body to a webhook, for a POSIX shell. The sample's body is used while it is short. */
export function curlFor(url: string, body: Json | undefined): string {
  const text = JSON.stringify(body ?? EXAMPLE);
  const short = text.length <= LONGEST_BODY ? text : JSON.stringify(EXAMPLE);
  return [
    `curl -X POST '${url}'`,
    "-H 'Content-Type: application/json'",
    `-d '${short.replaceAll("'", "'\\''")}'`,
  ].join(" \\\n  ");
}
