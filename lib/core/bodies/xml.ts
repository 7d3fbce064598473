import { SaxesParser } from "saxes";
import type { Json } from "../json";
import { BodyError } from "./body-error";
import { checkValue, KeyCount, MAX_DEPTH, refusePrototypeKey, tooDeep } from "./limits";

type Element = { name: string; fields: { [key: string]: Json } | undefined; text: string };

/** Without a prototype: `&constructor;` must not find one. */
const ENTITIES: Record<string, string> = Object.assign(Object.create(null), {
  amp: "&",
  gt: ">",
  lt: "<",
  quot: '"',
  apos: "'",
});

/**
 * Turns an XML document into `{ root: ... }`: attributes are `@name`, text beside them or beside elements is `#text`, repeated
 * elements are lists, prefixes stay in names, values are strings. Throws a BodyError for XML that is not well-formed or has a DOCTYPE.
 */
export function parseXml(text: string): Json {
  if (text.trim() === "") throw new BodyError("the XML body is empty");
  const keys = new KeyCount();
  const document: Element = { name: "", fields: undefined, text: "" };
  const open: Element[] = [document];
  const parser = new SaxesParser();
  parser.ENTITIES = ENTITIES;
  parser.on("error", (error) => {
    throw new BodyError(describeXmlError(error.message));
  });
  parser.on("doctype", () => {
    throw new BodyError("XML with a DOCTYPE is not allowed");
  });
  parser.on("attribute", () => keys.add());
  parser.on("opentag", (tag) => {
    if (open.length > MAX_DEPTH) throw tooDeep();
    const element: Element = { name: tag.name, fields: undefined, text: "" };
    for (const [name, value] of Object.entries(tag.attributes)) {
      element.fields ??= {};
      element.fields[`@${name}`] = value;
    }
    open.push(element);
  });
  const addText = (more: string) => {
    const element = open[open.length - 1];
    if (element) element.text += more;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.pop();
    const parent = open[open.length - 1];
    if (!element || !parent) return;
    keys.add(element.fields && element.text.trim() !== "" ? 2 : 1);
    addField(parent, element.name, elementValue(element));
  });
  parser.write(text).close();
  const value = document.fields ?? {};
  checkValue(value);
  return value;
}

function elementValue({ fields, text }: Element): Json {
  const isBlank = text.trim() === "";
  if (!fields) return isBlank ? "" : text;
  if (!isBlank) fields["#text"] = text;
  return fields;
}

function addField(parent: Element, name: string, value: Json): void {
  refusePrototypeKey(name);
  parent.fields ??= {};
  if (!Object.hasOwn(parent.fields, name)) {
    parent.fields[name] = value;
    return;
  }
  const existing = parent.fields[name] as Json;
  if (Array.isArray(existing)) existing.push(value);
  else parent.fields[name] = [existing, value];
}

function describeXmlError(message: string): string {
  const [, line, column, what] = /^(\d+):(\d+): (.*?)\.?$/s.exec(message) ?? [];
  if (line === undefined) return `XML is not valid: ${message}`;
  return `XML is not valid at line ${line}, column ${column}: ${what}`;
}
