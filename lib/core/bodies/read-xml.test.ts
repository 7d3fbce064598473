import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { BodyError } from "./body-error";
import { readXml } from "./read-xml";

type Event = string[];

/** Events with texts in a row as one, as where a text is cut says nothing; null for a document that is refused. */
function collect(read: (add: (...event: Event) => void) => void): Event[] | null {
  const events: Event[] = [];
  try {
    read((kind, ...values) => {
      const last = events.at(-1);
      if (kind !== "text") events.push([kind!, ...values]);
      else if (last?.[0] === "text") last[1] += values[0]!;
      else if (values[0] !== "") events.push([kind, values[0]!]);
    });
  } catch {
    return null;
  }
  return events;
}

const eventsOf = (text: string) =>
  collect((add) => {
    let depth = 0;
    readXml(text, {
      attribute: (name, value) => add("attribute", name, value),
      open: (name) => add("open", name, String(depth++)),
      text: (characters) => add("text", characters),
      close: (name) => add("close", name, String(--depth)),
    });
  });

/** What another parser reads, which goes character by character. */
const judgedEventsOf = (text: string) =>
  collect((add) => {
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("doctype", () => {
      throw new Error("has a DOCTYPE");
    });
    parser.on("attribute", ({ name, value }) => add("attribute", name, value));
    let depth = 0;
    parser.on("opentag", ({ name }) => add("open", name, String(depth++)));
    // It gives the spaces around the root as well.
    parser.on("text", (characters) => depth > 0 && add("text", characters));
    parser.on("cdata", (characters) => add("text", characters));
    parser.on("closetag", ({ name }) => add("close", name, String(--depth)));
    parser.write(text).close();
  });

const refusal = (text: string) => {
  try {
    readXml(text, { attribute() {}, open() {}, text() {}, close() {} });
    return "not refused";
  } catch (error) {
    return (error as BodyError).reason;
  }
};

const PIECES = [
  ...[
    "<a>",
    "</a>",
    "<b ",
    "<é",
    "/>",
    ">",
    "<",
    "</",
    "</b>",
    "<a/>",
    "<a x='1' y=\"2\">",
    "c='",
    'd="',
    "'",
    '"',
    "=",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\t",
  ],
  ...[
    "&amp;",
    "&lt;",
    "&#65;",
    "&#x1F600;",
    "&#0;",
    "&#xD800;",
    "&#X41;",
    "&#x0000041;",
    "&quot",
    "&apos;",
    "&x;",
    "&",
    ";",
    "&#;",
    "&#x;",
    "text",
    "]]>",
    "]]",
    "😀",
    "\u0001",
    "\ufffe",
    "\u00a0",
  ],
  ...[
    "<!--",
    "-->",
    "--",
    "<!-- c -->",
    "<![CDATA[",
    "<![CDATA[ x ]]>",
    "<?t",
    "?>",
    "<?t x?>",
    "<!DOCTYPE a>",
    "<?xml version='1.0'?>",
    "<!x",
  ],
];

const DOCUMENTS = [
  `<?xml version="1.0" encoding="UTF-8" standalone='yes' ?>\r\n<o xmlns:x="u"><x:l a="1 &amp;\n2" b=''>t&lt;<![CDATA[c]>]]></x:l >\n<x:l/><!-- n --><?p q?></o>\n<!-- e --> `,
  "<a.b-c_1><é>größe &#xe9;&#233;</é>\t<日本 名='1'/>😀]] ></a.b-c_1>",
];

describe("readXml", () => {
  it("reads what another parser reads, and refuses what it refuses, in pieces of XML in any order", () => {
    const same = fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (parts) => {
      for (const text of [parts.join(""), `<r>${parts.join("")}</r>`, `<r ${parts.join("")}/>`]) {
        expect([text, eventsOf(text)]).toEqual([text, judgedEventsOf(text)]);
      }
    });
    fc.assert(same, { numRuns: 1_000 });
  });

  it("reads what another parser reads, and refuses what it refuses, in documents with a place changed", () => {
    const document = fc.constantFrom(...DOCUMENTS);
    const same = fc.property(
      document,
      fc.nat(),
      fc.nat(3),
      fc.constantFrom("", ...PIECES),
      (whole, at, gone, piece) => {
        const characters = [...whole];
        const place = at % (characters.length + 1);
        const text = [...characters.slice(0, place), piece, ...characters.slice(place + gone)].join("");
        expect([text, eventsOf(text)]).toEqual([text, judgedEventsOf(text)]);
      },
    );
    fc.assert(same, { numRuns: 1_000 });
  });

  it.each(DOCUMENTS)("reads %s", (text) => expect(eventsOf(text)).toEqual(judgedEventsOf(text)));

  it.each([
    ["<a", 1, 2, "unexpected end"],
    ["<a><b>", 1, 6, "unclosed tag: b"],
    ["<a>\n<b x='1' x='2'/></a>", 2, 14, "duplicate attribute: x"],
    ["<a b/>", 1, 5, "attribute without value"],
    ["<a b=c/>", 1, 6, "unquoted attribute value"],
    ["<a b='<'/>", 1, 7, "disallowed character"],
    ["<a b='1'c='2'/>", 1, 9, "no whitespace between attributes"],
    ["<a>\r\n\r\n😀\u0001</a>", 3, 2, "disallowed character"],
    ["<a>]]></a>", 1, 6, 'the string "]]>" is disallowed in char data'],
    ["<a><!-- -- --></a>", 1, 11, "malformed comment"],
    ["<a>&#0;</a>", 1, 7, "malformed character entity"],
    ["<a>& b;</a>", 1, 7, "disallowed character in entity name"],
    ["<1/>", 1, 2, "disallowed character in tag name"],
    ["</a>", 1, 4, "unmatched closing tag: a"],
    [" <?xml version='1.0'?><a/>", 1, 6, "the XML declaration must appear at the start of the document"],
    ["<?xml version='2'?><a/>", 1, 5, "the XML declaration is malformed"],
    ["<!-- -->", 1, 8, "document must contain a root element"],
  ])("says what is wrong with %j", (text, line, column, what) =>
    expect(refusal(text)).toBe(`XML is not valid at line ${line}, column ${column}: ${what}`),
  );
});
