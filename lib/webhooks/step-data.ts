import { BodyError } from "@/lib/core/bodies/body-error";
import { checkBody, decodeBody } from "@/lib/core/bodies/decode";
import { parseForm } from "@/lib/core/bodies/form";
import type { Json } from "@/lib/core/json";

export type HeaderPairs = readonly (readonly [name: string, value: string])[];

export type RecordedRequest = {
  headers: HeaderPairs;
  /** What follows the question mark of the URL. */
  query: string;
  contentType: string | null | undefined;
  /** After Content-Encoding is undone. */
  body: Buffer;
};

/** What a webhook step gives to the steps after it. */
export type WebhookStepData = { body: Json; query: Json; headers: { [name: string]: Json } };

const UTF_8 = { label: "utf-8", bomBytes: 0 };

/**
 * Turns a request into its step's data. Header names are in lower case; values of repeated ones are joined by ", ".
 *
 * @throws BodyError when body or query cannot be read
 */
export function toStepData({ headers, query, contentType, body }: RecordedRequest): WebhookStepData {
  return {
    body: decodeBody({ contentType: contentType ?? undefined, bytes: body }),
    query: decodeQuery(query),
    headers: joinHeaders(headers),
  };
}

/** Throws a BodyError exactly when `toStepData` would, without building what nobody reads. */
export function checkReadable({ query, contentType, body }: Omit<RecordedRequest, "headers">): void {
  checkBody({ contentType: contentType ?? undefined, bytes: body });
  if (query !== "") decodeQuery(query);
}

/** The data as the scripts of webhooks see it: of content that can't be read its text takes the place of the body. */
export function toScriptData(request: RecordedRequest): WebhookStepData {
  try {
    return toStepData(request);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    const { headers, query, body } = request;
    return { body: body.toString("utf8"), query: readableQuery(query), headers: joinHeaders(headers) };
  }
}

/** A query as data; nothing when it cannot be read. */
export function readableQuery(query: string): Json {
  try {
    return decodeQuery(query);
  } catch (error) {
    if (error instanceof BodyError) return {};
    throw error;
  }
}

function decodeQuery(query: string): Json {
  if (query === "") return {};
  try {
    return parseForm(Buffer.from(query), UTF_8);
  } catch (error) {
    throw error instanceof BodyError ? new BodyError(`query: ${error.reason}`) : error;
  }
}

/** Headers as data: names in lower case, values of repeated ones joined by ", ". */
export function joinHeaders(pairs: HeaderPairs): { [name: string]: Json } {
  const headers: { [name: string]: Json } = Object.create(null);
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const earlier = headers[key];
    headers[key] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return headers;
}
