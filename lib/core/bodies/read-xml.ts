import { BodyError } from "./body-error";
import {
  DECLARATION,
  isSecondHalf,
  isSpace,
  LINE_FEED,
  NAME,
  NOT_A_CHARACTER,
  NOT_A_SPACE,
  QUESTION_MARK,
} from "./xml-grammar";
import { withLineFeeds, withoutReferences, withSpaces } from "./xml-text";

/** What a document consists of, as it is read. References and line ends are resolved; comments and instructions are left out. */
export type XmlHandler = {
  /** Comes before the element that has it. */
  attribute: (name: string, value: string) => void;
  open: (name: string) => void;
  /** May come several times in a row. */
  text: (text: string) => void;
  close: (name: string) => void;
};

/**
 * Reads an XML 1.0 document from its beginning to its end, in time that grows with its length alone; namespaces are not looked at.
 * Throws a BodyError for a document that is not well-formed, with the line and the column, and for one that has a DOCTYPE.
 */
export function readXml(text: string, handler: XmlHandler): void {
  new Reader(withLineFeeds(text), handler).read();
}

class Reader {
  readonly #text: string;
  readonly #handler: XmlHandler;
  /** Where the first character is that no document may have. */
  readonly #bad: number;
  readonly #open: string[] = [];
  #at = 0;
  #hasRoot = false;

  constructor(text: string, handler: XmlHandler) {
    this.#text = text;
    this.#handler = handler;
    const bad = text.search(NOT_A_CHARACTER);
    this.#bad = bad === -1 ? Number.POSITIVE_INFINITY : bad;
  }

  read(): void {
    const text = this.#text;
    if (text.startsWith("\ufeff")) this.#at = 1;
    this.#declaration();
    for (let tag = text.indexOf("<", this.#at); ; tag = text.indexOf("<", this.#at)) {
      const end = tag === -1 ? text.length : tag;
      if (end > this.#at) this.#characters(this.#at, end);
      if (this.#bad < end) throw this.#problem("disallowed character", this.#bad + 1);
      this.#at = end;
      if (tag === -1) break;
      this.#markup(tag);
    }
    if (!this.#hasRoot) throw this.#problem("document must contain a root element", text.length);
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw this.#problem(`unclosed tag: ${unclosed}`, text.length);
  }

  /** What is wrong where `read` characters have been read. */
  #problem(what: string, read: number): BodyError {
    if (this.#bad < read - 1) return this.#problem("disallowed character", this.#bad + 1);
    const text = this.#text;
    let line = 1;
    let column = 0;
    for (let at = 0; at < read; at++) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED) {
        line++;
        column = 0;
      } else if (!isSecondHalf(code)) column++;
    }
    return new BodyError(`XML is not valid at line ${line}, column ${column}: ${what}`);
  }

  #declaration(): void {
    const { length } = "<?xml";
    if (!this.#text.startsWith("<?xml", this.#at) || !isSpace(this.#text.charCodeAt(this.#at + length))) return;
    DECLARATION.lastIndex = this.#at;
    if (!DECLARATION.test(this.#text)) throw this.#problem("the XML declaration is malformed", this.#at + length);
    this.#at = DECLARATION.lastIndex;
  }

  #characters(start: number, end: number): void {
    const characters = this.#text.slice(start, end);
    if (this.#open.length === 0) {
      if (NOT_A_SPACE.test(characters)) throw this.#problem("text data outside of root node", end);
      return;
    }
    const closing = characters.indexOf("]]>");
    if (closing !== -1) throw this.#problem('the string "]]>" is disallowed in char data', start + closing + 3);
    this.#handler.text(this.#resolved(characters, start));
  }

  #markup(tag: number): void {
    const text = this.#text;
    switch (text[tag + 1]) {
      case "/":
        return this.#closeTag(tag);
      case "?":
        return this.#instruction(tag);
      case "!":
        if (text.startsWith("<!--", tag)) return this.#comment(tag);
        if (text.startsWith("<![CDATA[", tag)) return this.#cdata(tag);
        if (text.startsWith("<!DOCTYPE", tag)) throw new BodyError("XML with a DOCTYPE is not allowed");
        throw this.#problem("incorrect syntax", tag + 2);
      default:
        return this.#openTag(tag);
    }
  }

  #comment(tag: number): void {
    const end = this.#find("--", tag + 4);
    if (this.#text[end + 2] !== ">") throw this.#problem("malformed comment", end + 3);
    this.#at = end + 3;
  }

  #cdata(tag: number): void {
    if (this.#open.length === 0) throw this.#problem("text data outside of root node", tag + 9);
    const end = this.#find("]]>", tag + 9);
    this.#handler.text(this.#text.slice(tag + 9, end));
    this.#at = end + 3;
  }

  #instruction(tag: number): void {
    const target = this.#name(tag + 2, "processing instruction name");
    if (target.toLowerCase() === "xml")
      throw this.#problem("the XML declaration must appear at the start of the document", this.#at);
    const end = this.#find("?>", this.#at);
    const next = this.#text.charCodeAt(this.#at);
    if (!isSpace(next) && next !== QUESTION_MARK)
      throw this.#problem("disallowed character in processing instruction name", this.#at + 1);
    this.#at = end + 2;
  }

  #closeTag(tag: number): void {
    const name = this.#name(tag + 2, "closing tag");
    this.#skipSpaces();
    this.#take(">", "disallowed character in closing tag");
    const opened = this.#open.pop();
    if (opened === undefined) throw this.#problem(`unmatched closing tag: ${name}`, this.#at);
    if (opened !== name) throw this.#problem("unexpected close tag", this.#at);
    this.#handler.close(name);
  }

  #openTag(tag: number): void {
    const name = this.#name(tag + 1, "tag name");
    if (this.#open.length === 0 && this.#hasRoot)
      throw this.#problem("documents may contain only one root", this.#at + 1);
    this.#hasRoot = true;
    const isEmpty = this.#attributes();
    this.#open.push(name);
    this.#handler.open(name);
    if (!isEmpty) return;
    this.#open.pop();
    this.#handler.close(name);
  }

  /** Reads to the end of a tag; gives whether the element ends with it. */
  #attributes(): boolean {
    let names: Set<string> | undefined;
    for (;;) {
      const hasSpaces = this.#skipSpaces();
      const next = this.#text[this.#at];
      if (next === ">" || next === "/") {
        this.#at++;
        if (next === "/") this.#take(">", "forward-slash in opening tag not followed by >");
        return next === "/";
      }
      if (!hasSpaces && next !== undefined) throw this.#problem("no whitespace between attributes", this.#at + 1);
      const name = this.#name(this.#at, "attribute name");
      this.#handler.attribute(name, this.#value());
      names ??= new Set();
      if (names.size === names.add(name).size) throw this.#problem(`duplicate attribute: ${name}`, this.#at);
    }
  }

  #value(): string {
    this.#skipSpaces();
    this.#take("=", "attribute without value");
    this.#skipSpaces();
    const start = this.#at + 1;
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") throw this.#problem("unquoted attribute value", start);
    const end = this.#find(quote, start);
    const value = this.#text.slice(start, end);
    const less = value.indexOf("<");
    if (less !== -1) throw this.#problem("disallowed character", start + less + 1);
    this.#at = end + 1;
    return this.#resolved(withSpaces(value), start);
  }

  /** Undoes the references in what stands at `start`. */
  #resolved(raw: string, start: number): string {
    if (!raw.includes("&")) return raw;
    return withoutReferences(raw, (what, read) => {
      throw this.#problem(what, start + read);
    });
  }

  /** Reads the name that begins at `at`. */
  #name(at: number, where: string): string {
    NAME.lastIndex = at;
    if (!NAME.test(this.#text))
      throw at >= this.#text.length
        ? this.#problem("unexpected end", at)
        : this.#problem(`disallowed character in ${where}`, at + 1);
    this.#at = NAME.lastIndex;
    return this.#text.slice(at, this.#at);
  }

  #find(what: string, from: number): number {
    const found = this.#text.indexOf(what, from);
    if (found === -1) throw this.#problem("unexpected end", this.#text.length);
    return found;
  }

  #take(character: string, otherwise: string): void {
    if (this.#text[this.#at] !== character) throw this.#problem(otherwise, this.#at + 1);
    this.#at++;
  }

  #skipSpaces(): boolean {
    const start = this.#at;
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#at > start;
  }
}
