import { accepted, type BadInput, type BadInputGroup, post, unreadable } from "./bad-input";

const TOO_DEEP = "it is nested more than 100 levels deep";
const TOO_MANY = "it has more than 100000 keys";
const TOO_MANY_FIELDS = "it has more than 10000 fields";
const PROTO = 'the key "__proto__" is not allowed';
const CONSTRUCTOR = 'the key "constructor" with a "prototype" is not allowed';

const refused = (input: string, type: string, body: string | Buffer, reason: string): BadInput => ({
  input,
  send: post(type, body),
  answers: [unreadable(reason)],
});
const taken = (input: string, type: string, body: string | Buffer, data?: unknown): BadInput => ({
  input,
  send: post(type, body),
  answers: [accepted(data as never)],
});

const JSON_TYPE = "application/json";
const XML = "application/xml";
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b";
const NDJSON = "application/x-ndjson";
const CSV = "text/csv";

const brackets = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const jsonKeys = (count: number) => `{${Array.from({ length: count }, (_, at) => `"k${at}":1`).join()}}`;
/** Whole numbers that land in the same place of a table that keeps them by their lowest bits. */
const collidingKeys = (count: number) => `{${Array.from({ length: count }, (_, at) => `"${at * 65_536}":1`).join()}}`;
const nested = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);
/** Repeated elements become lists, which are levels too. */
const twice = (depth: number) => "<a><a/>".repeat(depth) + "</a>".repeat(depth);
const elements = (count: number) => `<r>${"<a/>".repeat(count - 1)}</r>`;
const formKeys = (count: number) => Array.from({ length: count }, (_, at) => `k${at}=1`).join("&");
const formName = (depth: number) => `a${"[b]".repeat(depth - 1)}`;
const part = (name: string, value = "1") => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const parts = (count: number) => `${Array.from({ length: count }, (_, at) => part(`k${at}`)).join("")}--b--\r\n`;
const row = (cells: number, name: string) => Array.from({ length: cells }, (_, at) => `${name}${at}`).join();

const json: BadInputGroup = {
  title: "JSON",
  inputs: [
    refused("JSON that ends early", JSON_TYPE, '{"a":', "JSON ends unexpectedly at character 5"),
    refused("JSON with a word that is none", JSON_TYPE, '{"a":nope}', 'JSON is not valid at character 6: "n"'),
    refused("JSON with something after it", JSON_TYPE, "{}{}", 'JSON is not valid at character 3: "{"'),
    refused("JSON with a NUL", JSON_TYPE, '{"a":\0}', 'JSON is not valid at character 6: "\\u0000"'),
    refused("an empty body as JSON", JSON_TYPE, "", "the JSON body is empty"),
    taken("JSON nested 100 levels deep", JSON_TYPE, brackets(100)),
    refused("JSON nested 101 levels deep", JSON_TYPE, brackets(101), TOO_DEEP),
    refused("JSON of 1,000,000 brackets", JSON_TYPE, "[".repeat(1_000_000), TOO_DEEP),
    taken("JSON with 100,000 keys", JSON_TYPE, jsonKeys(100_000)),
    refused("JSON with 100,001 keys", JSON_TYPE, jsonKeys(100_001), TOO_MANY),
    taken("JSON with 100,000 keys that are made to collide", JSON_TYPE, collidingKeys(100_000)),
    refused("JSON with a key `__proto__`", JSON_TYPE, '{"a":[{"__proto__":{"b":1}}]}', PROTO),
    refused("JSON with a key `__proto__` in escapes", JSON_TYPE, '{"\\u005f_proto__":{}}', PROTO),
    refused("JSON with `constructor` and `prototype`", JSON_TYPE, '{"constructor":{"prototype":{}}}', CONSTRUCTOR),
    taken("JSON with a key `constructor` alone", JSON_TYPE, '{"constructor":1}', { constructor: 1 }),
  ],
};

const DOCTYPE = "XML with a DOCTYPE is not allowed";
const laughs =
  '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><l>&c;</l>';

const xml: BadInputGroup = {
  title: "XML",
  inputs: [
    refused("XML that ends early", XML, "<a><b>", "XML is not valid at line 1, column 6: unclosed tag: b"),
    refused("XML with an entity of its own", XML, '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', DOCTYPE),
    refused(
      "XML with an external entity",
      XML,
      '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
      DOCTYPE,
    ),
    refused("XML with an external DTD", XML, '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>', DOCTYPE),
    refused("XML whose entities multiply (billion laughs)", XML, laughs, DOCTYPE),
    refused("XML with an unknown entity", XML, "<a>&e;</a>", "XML is not valid at line 1, column 6: undefined entity"),
    refused("XML with a NUL", XML, "<a>\0</a>", "XML is not valid at line 1, column 4: disallowed character"),
    refused("an empty body as XML", XML, "", "the XML body is empty"),
    taken("XML nested 100 levels deep", XML, nested(100)),
    refused("XML nested 101 levels deep", XML, nested(101), TOO_DEEP),
    refused("XML nested 60 levels deep, each twice", XML, twice(60), TOO_DEEP),
    refused("XML of 1,000,000 opening tags", XML, "<a>".repeat(1_000_000), TOO_DEEP),
    taken("XML with 100,000 elements", XML, elements(100_000)),
    refused("XML with 100,001 elements", XML, elements(100_001), TOO_MANY),
    refused("XML with an element `__proto__`", XML, "<a><__proto__><b/></__proto__></a>", PROTO),
    refused(
      "XML with `constructor` and `prototype`",
      XML,
      "<a><constructor><prototype/></constructor></a>",
      CONSTRUCTOR,
    ),
  ],
};

const forms: BadInputGroup = {
  title: "Forms",
  inputs: [
    taken("a form nested 100 levels deep", FORM, `${formName(100)}=1`),
    refused("a form nested 101 levels deep", FORM, `${formName(101)}=1`, TOO_DEEP),
    refused(
      "a form nested 100 levels deep, with a list in it",
      FORM,
      `${formName(100)}=1&${formName(100)}=2`,
      TOO_DEEP,
    ),
    taken("a form with a name of 1,000,000 brackets", FORM, `a${"[".repeat(1_000_000)}=1`),
    taken("a form with 10,000 names", FORM, formKeys(10_000)),
    refused("a form with 10,001 names", FORM, formKeys(10_001), TOO_MANY_FIELDS),
    refused("a form with a name `__proto__`", FORM, "a[__proto__][b]=1", PROTO),
    refused("a form with `constructor` and `prototype`", FORM, "constructor[prototype][b]=1", CONSTRUCTOR),
    taken("a form with broken percent signs", FORM, "a=%&b=%zz&c=100%", { a: "%", b: "%zz", c: "100%" }),
    refused("a form with escapes that are not UTF-8", FORM, "a=%ff", "it is not valid UTF-8"),
    refused("multipart without a boundary", "multipart/form-data", parts(1), "its Content-Type has no boundary"),
    refused("multipart without its boundary", MULTIPART, "hello", "it does not hold the boundary of its Content-Type"),
    refused("multipart that ends early", MULTIPART, part("a"), "the multipart data ends before its last boundary"),
    refused("multipart with a part without a name", MULTIPART, "--b\r\n\r\n1\r\n--b--\r\n", "a part has no name"),
    refused(
      "multipart with a header of 1 MiB",
      MULTIPART,
      `--b\r\nX-Large: ${"x".repeat(1024 * 1024)}\r\n\r\n1\r\n--b--\r\n`,
      "the headers of a part don't end",
    ),
    taken("multipart with 10,000 parts", MULTIPART, parts(10_000)),
    refused("multipart with 10,001 parts", MULTIPART, parts(10_001), TOO_MANY_FIELDS),
    refused("multipart with a name nested 101 levels deep", MULTIPART, `${part(formName(101))}--b--\r\n`, TOO_DEEP),
    refused("multipart with a name `__proto__`", MULTIPART, `${part("__proto__")}--b--\r\n`, PROTO),
    refused(
      "multipart with `constructor` and `prototype`",
      MULTIPART,
      `${part("constructor[prototype]")}--b--\r\n`,
      CONSTRUCTOR,
    ),
  ],
};

const lines: BadInputGroup = {
  title: "Lines and tables",
  inputs: [
    refused("NDJSON with a bad line", NDJSON, "{}\n{\n", "line 2: JSON ends unexpectedly at character 1"),
    taken("NDJSON with a line 99 levels deep", NDJSON, brackets(99)),
    refused("NDJSON with a line 100 levels deep: its list is a level too", NDJSON, brackets(100), TOO_DEEP),
    taken("NDJSON with 100,000 lines", NDJSON, "1\n".repeat(100_000)),
    refused("NDJSON with 100,001 lines", NDJSON, "1\n".repeat(100_001), TOO_MANY),
    refused("NDJSON with 50,001 lines of one item", NDJSON, "[1]\n".repeat(50_001), TOO_MANY),
    refused("NDJSON with a key `__proto__`", NDJSON, '{"__proto__":1}', `line 1: ${PROTO}`),
    refused(
      "NDJSON with `constructor` and `prototype`",
      NDJSON,
      '{"constructor":{"prototype":1}}',
      `line 1: ${CONSTRUCTOR}`,
    ),
    refused("CSV with a quote that stays open", CSV, 'a\n"b', "CSV is not valid at line 2: a quote is not closed"),
    refused(
      "CSV with more values than names",
      CSV,
      "a\n1,2",
      "CSV is not valid at line 2: it has more values than the header has names",
    ),
    refused("CSV with 100,001 columns", CSV, row(100_001, "c"), TOO_MANY),
    refused("CSV with 100,001 cells", CSV, `a\n${"1\n".repeat(100_001)}`, TOO_MANY),
    refused("CSV with a column `__proto__`", CSV, "__proto__\n1", PROTO),
    taken("CSV with a column `constructor`", CSV, "constructor\n1", [{ constructor: "1" }]),
  ],
};

const latin1 = Buffer.from('{"a":"é"}', "latin1");
const utf16 = Buffer.from('{"a":"é"}', "utf16le");

const charsets: BadInputGroup = {
  title: "Text and charsets",
  inputs: [
    ...[JSON_TYPE, XML, FORM, NDJSON, CSV, "text/plain"].map((type) =>
      refused(
        `bytes that are not UTF-8, as \`${type}\``,
        type,
        Buffer.from([0x61, 0xff, 0xfe, 0x62]),
        "it is not valid UTF-8",
      ),
    ),
    refused(
      "a charset that nobody knows",
      `${JSON_TYPE}; charset=klingon`,
      "{}",
      'the charset "klingon" is not supported',
    ),
    refused("UTF-8 sent as UTF-16", `${JSON_TYPE}; charset=utf-16le`, "{} ", "it is not valid UTF-16LE"),
    refused("Latin-1 sent without a charset", JSON_TYPE, latin1, "it is not valid UTF-8"),
    taken("Latin-1 sent as such", `${JSON_TYPE}; charset=iso-8859-1`, latin1, { a: "é" }),
    taken("UTF-16 with a byte order mark", JSON_TYPE, Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), { a: "é" }),
    taken("UTF-16 big-endian sent as such", `${JSON_TYPE}; charset=utf-16be`, Buffer.from(utf16).swap16(), { a: "é" }),
    taken(
      "XML in Latin-1, as its declaration says",
      XML,
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', "latin1"),
      { a: "é" },
    ),
    refused(
      "XML whose declaration names an unknown charset",
      XML,
      '<?xml version="1.0" encoding="klingon"?><a/>',
      'the charset "klingon" is not supported',
    ),
  ],
};

export const bodyGroups: readonly BadInputGroup[] = [json, xml, forms, lines, charsets];
