import { isJsonObject, type Json, jsonToText } from "./json";

/** The element around data that has no single root of its own. */
const ROOT = "response";

/**
 * Writes data as an XML document, as bodies/xml.ts reads it: keys with `@` are attributes, `#text` is text beside them, lists
 * repeat their element, null is an empty element. Data without a single root is put into `<response>`. Characters that XML
 * does not know are left out of values and become `_` in names.
 */
export function toXml(value: Json): string {
  const keys = isJsonObject(value) ? Object.keys(value) : [];
  const only = isJsonObject(value) && keys.length === 1 ? value[keys[0]!] : undefined;
  const hasRoot = only !== undefined && !Array.isArray(only) && !/^[@#]/.test(keys[0]!);
  const document = hasRoot ? element(keys[0]!, only) : element(ROOT, value);
  return `<?xml version="1.0" encoding="UTF-8"?>${document}`;
}

function element(name: string, value: Json): string {
  const tag = elementName(name);
  if (Array.isArray(value)) {
    const inner = value.map((item) => element("item", item)).join("");
    return inner === "" ? `<${tag}/>` : `<${tag}>${inner}</${tag}>`;
  }
  const { attributes, content } = isJsonObject(value) ? parts(value) : { attributes: "", content: text(value) };
  return content === "" ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`;
}

function parts(value: { [key: string]: Json }) {
  let attributes = "";
  let content = "";
  for (const [key, field] of Object.entries(value)) {
    if (key === "#text") content += text(field);
    else if (key.startsWith("@") && key.length > 1)
      attributes += ` ${elementName(key.slice(1))}="${text(field).replaceAll('"', "&quot;")}"`;
    else if (Array.isArray(field)) content += field.map((item) => element(key, item)).join("");
    else content += element(key, field);
  }
  return { attributes, content };
}

function elementName(name: string): string {
  const clean = name.replace(/[^\p{L}\p{N}_.:-]/gu, "_");
  return /^[\p{L}_]/u.test(clean) ? clean : `_${clean}`;
}

/** What XML 1.0 has no way to write: most control characters, halves of surrogate pairs. */
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function text(value: Json): string {
  return jsonToText(value)
    .replace(UNWRITABLE, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}
