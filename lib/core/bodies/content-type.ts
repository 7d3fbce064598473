export type HeaderValue = { value: string; parameters: ReadonlyMap<string, string> };

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;

/** Splits a header such as Content-Type into its value, in lower case, and its parameters, their names in lower case. The first of two equal names wins. */
export function parseHeaderValue(header: string): HeaderValue {
  const semicolon = header.indexOf(";");
  if (semicolon === -1) return { value: header.trim().toLowerCase(), parameters: NO_PARAMETERS };
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of header.slice(semicolon).matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    // Only quotes and backslashes are escaped: a backslash before anything else is part of a Windows path.
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(["\\])/g, "$1") ?? plain.trim());
  }
  return { value: header.slice(0, semicolon).trim().toLowerCase(), parameters };
}
