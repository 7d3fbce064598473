import type { Json } from "../json";
import { BodyError } from "./body-error";
import { checkValue, KeyCount, MAX_DEPTH, refusePrototypeKey, tooDeep } from "./limits";
import { readXml } from "./read-xml";

type Element = { name: string; fields: { [key: string]: Json } | undefined; text: string };

/**
 * Turns an XML document into `{ root: ... }`: attributes are `@name`, text beside them or beside elements is `#text`, repeated
 * elements are lists, prefixes stay in names, values are strings. Throws a BodyError for XML that is not well-formed or has a DOCTYPE.
 */
export function parseXml(text: string): Json {
  if (text.trim() === "") throw new BodyError("the XML body is empty");
  const keys = new KeyCount();
  const document: Element = { name: "", fields: undefined, text: "" };
  const open: Element[] = [document];
  let attributes: Element["fields"];
  let needsCheck = false;
  readXml(text, {
    attribute(name, value) {
      keys.add();
      attributes ??= {};
      attributes[`@${name}`] = value;
    },
    open(name) {
      if (open.length > MAX_DEPTH) throw tooDeep();
      // Lists of repeated elements are levels too.
      if (name === "constructor" || 2 * open.length >= MAX_DEPTH) needsCheck = true;
      open.push({ name, fields: attributes, text: "" });
      attributes = undefined;
    },
    text(more) {
      open.at(-1)!.text += more;
    },
    close() {
      const element = open.pop()!;
      keys.add(element.fields && element.text.trim() !== "" ? 2 : 1);
      addField(open.at(-1)!, element.name, elementValue(element));
    },
  });
  const value = document.fields ?? {};
  if (needsCheck) checkValue(value);
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
