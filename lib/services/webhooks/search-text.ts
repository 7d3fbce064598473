import { ServiceError } from "../errors";

const SHORTEST = 4;
const IN_URL = /\/api\/webhook\/([^/?#\s]+)/;

/** The identifier, or the part of one, that was typed or pasted: alone or in a webhook's URL. Throws `invalid` when it is too short. */
export function readWebhookSearch(text: string): string {
  const identifier = IN_URL.exec(text)?.[1] ?? text.trim();
  if (identifier.length < SHORTEST)
    throw new ServiceError("invalid", "Type 4 characters or more of the identifier, or paste the webhook's URL.");
  return identifier;
}
