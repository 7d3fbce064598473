import { ServiceError } from "../errors";

/** Fewer characters of an identifier would find too much. */
export const SHORTEST_SEARCH = 4;

const IN_URL = /\/api\/webhook\/([^/?#\s]+)/;

/** The identifier, or the part of one, that was typed or pasted: alone or in a webhook's URL. */
export const identifierIn = (text: string): string => IN_URL.exec(text)?.[1] ?? text.trim();

/** The same. Throws `invalid` when it is too short. */
export function readWebhookSearch(text: string): string {
  const identifier = identifierIn(text);
  if (identifier.length < SHORTEST_SEARCH)
    throw new ServiceError("invalid", "Type 4 characters or more of the identifier, or paste the webhook's URL.");
  return identifier;
}
