const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** A character for each byte. */
const bytesOf = (text: string, encoding: "utf8" | "latin1") => Buffer.from(text, encoding).toString("latin1");

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const withSlashes = (json: string) => json.replaceAll("/", "\\/");
const inAscii = (json: string) =>
  json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const inForm = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
/** Some encoders leave these as they are. */
const inPlainForm = (form: string) => form.replace(/%(21|27|28|29|7E)/g, (code) => decodeURIComponent(code));
const withoutPlus = (form: string) => form.replaceAll("+", "%20");

const inXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const inXmlAttribute = (text: string) => inXml(text).replaceAll('"', "&quot;");

const inCsv = (text: string) => text.replaceAll('"', '""');

/** A body in another charset than UTF-8 is mostly in this one. */
const isLatin1 = (text: string) => /^[\0-\xff]*$/.test(text);

/**
 * How a body may hold a text: as it is, and as JSON, a form, XML or CSV have to write it. With a character for each byte and ASCII
 * letters in lower case, as `bytesHold` compares them. Mostly there is one: only some characters are written otherwise.
 */
export function bodySpellings(text: string): string[] {
  const json = inJson(text);
  const escaped = [json, withSlashes(json), inAscii(json), withSlashes(inAscii(json))];
  const forms = [inForm(text), inPlainForm(inForm(text))].flatMap((form) => [form, withoutPlus(form)]);
  const others = [inXml(text), inXmlAttribute(text), inCsv(text)];
  const spellings = [text, ...escaped, ...forms, ...others].map((spelling) => bytesOf(spelling, "utf8"));
  if (isLatin1(text)) spellings.push(bytesOf(text, "latin1"));
  return [...new Set(spellings.map(lowerAscii))];
}
