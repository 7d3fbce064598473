export type HeaderValue = { value: string; parameters: ReadonlyMap<ParameterName, string> };

/** The parameters that are read; a header may have any others. */
export type ParameterName = "boundary" | "charset" | "filename" | "filename*" | "name";

const NO_PARAMETERS: HeaderValue["parameters"] = new Map();
const NAMES: ReadonlySet<string> = new Set<ParameterName>(["boundary", "charset", "filename", "filename*", "name"]);
const SHORTEST_NAME = "name".length;
const LONGEST_NAME = "filename*".length;

const QUOTE = 0x22;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** By code unit: 1 for what ends a parameter's name, 2 for spaces, which do so too. */
const kinds = new Uint8Array(65_536);
for (const sign of "=;") kinds[sign.charCodeAt(0)] = 1;
for (const space of "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff") kinds[space.charCodeAt(0)] = 2;
kinds.fill(2, 0x2000, 0x200b);

/** Splits a header such as Content-Type into its value, in lower case, and the parameters that are read. The first of two equal names wins. */
export function parseHeaderValue(header: string): HeaderValue {
  const semicolon = header.indexOf(";");
  if (semicolon === -1) return { value: header.trim().toLowerCase(), parameters: NO_PARAMETERS };
  const parameters = new Map<string, string>();
  for (let at = semicolon; at < header.length; ) {
    const isParameter = header.charCodeAt(at++) === SEMICOLON && header.charCodeAt(at) !== SEMICOLON;
    if (isParameter) at = readParameter(header, at, parameters);
  }
  const value = header.slice(0, semicolon).trim().toLowerCase();
  return { value, parameters: parameters as HeaderValue["parameters"] };
}

/** Reads what may be a parameter behind a semicolon; gives from where on to look for the next semicolon. */
function readParameter(header: string, from: number, parameters: Map<string, string>): number {
  const start = skipSpaces(header, from);
  let nameEnd = start;
  while (nameEnd < header.length && kinds[header.charCodeAt(nameEnd)] === 0) nameEnd++;
  const equals = skipSpaces(header, nameEnd);
  if (nameEnd === start || header.charCodeAt(equals) !== EQUALS) return equals;
  const begin = skipSpaces(header, equals + 1);
  const quote = header.charCodeAt(begin) === QUOTE ? closingQuote(header, begin + 1) : -1;
  const end = quote === -1 ? plainEnd(header, begin) : quote;
  const name = nameAt(header, start, nameEnd);
  if (name !== undefined && !parameters.has(name)) {
    // Only quotes and backslashes are escaped: a backslash before anything else is part of a Windows path.
    const value =
      quote === -1 ? header.slice(begin, end).trim() : header.slice(begin + 1, end).replace(/\\(["\\])/g, "$1");
    parameters.set(name, value);
  }
  return quote === -1 ? end : end + 1;
}

function nameAt(header: string, start: number, end: number): string | undefined {
  if (end - start < SHORTEST_NAME || end - start > LONGEST_NAME) return undefined;
  const name = header.slice(start, end).toLowerCase();
  return NAMES.has(name) ? name : undefined;
}

function plainEnd(header: string, from: number): number {
  let at = from;
  while (at < header.length && header.charCodeAt(at) !== SEMICOLON) at++;
  return at;
}

const endsLine = (code: number) => code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029;

/** The place of the quote that closes what begins at `from`; -1 when nothing does. */
function closingQuote(header: string, from: number): number {
  for (let at = from; at < header.length; at++) {
    const code = header.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH && endsLine(header.charCodeAt(++at))) return -1;
  }
  return -1;
}

function skipSpaces(header: string, from: number): number {
  let at = from;
  while (at < header.length && kinds[header.charCodeAt(at)] === 2) at++;
  return at;
}
