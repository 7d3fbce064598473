/** What exists in a script beside JavaScript itself: the editor's completion and the guide are made from these tables. */
export type ScriptName = {
  name: string;
  /** As it is called, or its type. */
  signature: string;
  doc: string;
};

export type ScriptHelper = ScriptName & {
  /** An expression, and what it gives; without `result` it is another one each time, or nothing. */
  example: string;
  result?: string | number | object;
};

export type ScriptData = ScriptName & {
  /** Where it exists: in the functions of events, in the body of a Script step and in expressions, or in both. */
  in: "events" | "steps" | "both";
};

/** The script's data, which it may read, change and assign. */
export const scriptData = [
  {
    name: "method_request",
    signature: "any",
    doc: "The body: of the webhook's request, or of the request that the step is about to send.",
    in: "events",
  },
  {
    name: "method_request_headers",
    signature: "{ [name: string]: string }",
    doc: "The headers of that request, their names in lower case.",
    in: "events",
  },
  {
    name: "method_request_parameters",
    signature: "{ [name: string]: any }",
    doc: "The query parameters of that request.",
    in: "events",
  },
  { name: "method_request_method", signature: "string", doc: 'Its method, for example "POST".', in: "events" },
  {
    name: "method_request_url",
    signature: "string",
    doc: "In the functions of a step that calls: the URL of the request, without its query.",
    in: "events",
  },
  { name: "method_response", signature: "any", doc: "The body of the answer.", in: "events" },
  {
    name: "method_response_headers",
    signature: "{ [name: string]: string }",
    doc: "The headers of the answer, their names in lower case.",
    in: "events",
  },
  { name: "method_response_status", signature: "number", doc: "The status code of the answer.", in: "events" },
  {
    name: "method_error",
    signature: "{ code: string, message: string } | null",
    doc: "In after_error: what went wrong. Set it to null to go on with the answer as data.",
    in: "events",
  },
  {
    name: "steps",
    signature: "{ [step: string]: any }",
    doc: "What the earlier steps of the transaction gave.",
    in: "steps",
  },
  { name: "cycle_variables", signature: "{ [name: string]: any }", doc: "The cycle's variables.", in: "both" },
  { name: "cycle_id", signature: "string", doc: "The cycle's id.", in: "both" },
  { name: "step_id", signature: "string", doc: "The step's id.", in: "both" },
  { name: "account_id", signature: "string", doc: "The account's id.", in: "both" },
  { name: "transaction_id", signature: "string", doc: "The transaction's id, once there is one.", in: "both" },
] as const satisfies ScriptData[];

export type ScriptDataName = (typeof scriptData)[number]["name"];

/** The functions that a script may call. */
export const scriptHelpers: ScriptHelper[] = [
  {
    name: "log",
    signature: "log(...values)",
    doc: "Writes a line to the script's console; console.log, info, warn, error and debug do too.",
    example: 'log("lines", [1, 2])',
  },
  {
    name: "base64_encode",
    signature: "base64_encode(text)",
    doc: "Text as base64 of its UTF-8 bytes.",
    example: 'base64_encode("Grüße")',
    result: "R3LDvMOfZQ==",
  },
  {
    name: "base64_decode",
    signature: "base64_decode(base64)",
    doc: "The UTF-8 text in base64.",
    example: 'base64_decode("R3LDvMOfZQ==")',
    result: "Grüße",
  },
  {
    name: "base64url_encode",
    signature: "base64url_encode(text)",
    doc: "Text as base64 for URLs, without padding.",
    example: 'base64url_encode("a?b>")',
    result: "YT9iPg",
  },
  {
    name: "base64url_decode",
    signature: "base64url_decode(base64url)",
    doc: "The UTF-8 text in base64 for URLs.",
    example: 'base64url_decode("YT9iPg")',
    result: "a?b>",
  },
  {
    name: "hex_encode",
    signature: "hex_encode(text)",
    doc: "Text as hexadecimal digits of its UTF-8 bytes.",
    example: 'hex_encode("Hi")',
    result: "4869",
  },
  {
    name: "hex_decode",
    signature: "hex_decode(hex)",
    doc: "The UTF-8 text in hexadecimal digits.",
    example: 'hex_decode("4869")',
    result: "Hi",
  },
  {
    name: "hash",
    signature: 'hash(text, algorithm = "sha256", output = "hex")',
    doc: "The hash of text: sha1, sha256, sha384, sha512 or md5; as hex, base64 or base64url.",
    example: 'hash("hello", "md5")',
    result: "5d41402abc4b2a76b9719d911017c592",
  },
  {
    name: "hmac",
    signature: 'hmac(text, secret, algorithm = "sha256", output = "hex", secret_form = "text")',
    doc: "The HMAC of text; the secret's form is text, hex or base64.",
    example: 'hmac("The quick brown fox jumps over the lazy dog", "key")',
    result: "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
  },
  {
    name: "uuid",
    signature: "uuid()",
    doc: "A new random UUID (version 4).",
    example: "uuid()",
  },
  {
    name: "csv_parse",
    signature: 'csv_parse(text, delimiter = ",")',
    doc: "CSV as a list of objects named by the header row; the delimiter is a comma or a tab.",
    example: 'csv_parse("sku,qty\\nA1,2\\n")',
    result: [{ sku: "A1", qty: "2" }],
  },
  {
    name: "csv_format",
    signature: 'csv_format(rows, delimiter = ",")',
    doc: "A list of objects as CSV with a header row.",
    example: 'csv_format([{ sku: "A1", note: "two, please" }])',
    result: 'sku,note\r\nA1,"two, please"\r\n',
  },
  {
    name: "xml_parse",
    signature: "xml_parse(text)",
    doc: "XML as an object: attributes are @name, text beside them is #text, repeated elements are lists.",
    example: "xml_parse('<order id=\"7\"><sku>A1</sku></order>')",
    result: { order: { "@id": "7", sku: "A1" } },
  },
  {
    name: "xml_format",
    signature: "xml_format(value)",
    doc: "An object as an XML document, the other way round.",
    example: 'xml_format({ order: { "@id": "7", sku: "A1" } })',
    result: '<?xml version="1.0" encoding="UTF-8"?><order id="7"><sku>A1</sku></order>',
  },
  {
    name: "date_parse",
    signature: "date_parse(date)",
    doc: "A date as ISO 8601 in UTC. Dates are ISO 8601 text, text as in mail headers, seconds or milliseconds since 1970, or a Date.",
    example: 'date_parse("Sun, 01 Mar 2026 12:00:00 +0100")',
    result: "2026-03-01T11:00:00.000Z",
  },
  {
    name: "date_add",
    signature: "date_add(date, amount, unit)",
    doc: "A date moved by milliseconds, seconds, minutes, hours, days, weeks, months, quarters or years.",
    example: 'date_add("2026-01-31", 1, "month")',
    result: "2026-02-28T00:00:00.000Z",
  },
  {
    name: "date_diff",
    signature: "date_diff(from, to, unit)",
    doc: "The whole units from one date to another; negative when the second is earlier.",
    example: 'date_diff("2026-01-01", "2026-03-01T12:00:00Z", "days")',
    result: 59,
  },
  {
    name: "date_format",
    signature: 'date_format(date, pattern, time_zone = "UTC")',
    doc: "A date as text by a pattern of YYYY MM DD HH mm ss SSS, MMM, dddd, hh A, Z and [literal], in a time zone.",
    example: 'date_format("2026-07-01T12:30:00Z", "DD MMM YYYY HH:mm Z", "Europe/London")',
    result: "01 Jul 2026 13:30 +01:00",
  },
];
