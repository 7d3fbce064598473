import type { Json } from "../json";
import { BodyError } from "./body-error";
import { KeyCount, refusePrototypeKey } from "./limits";

/** Turns CSV or TSV into a list of objects named by the header row; values are strings, short rows have fewer fields. Throws a BodyError with the line. */
export function parseCsv(text: string, delimiter: "," | "\t"): Json {
  const cells = new Cells(text, delimiter);
  const keys = new KeyCount();
  const header: string[] = [];
  while (cells.next()) {
    keys.add();
    refusePrototypeKey(cells.value);
    header.push(cells.value);
    if (cells.endsRow) break;
  }
  const rows: { [key: string]: Json }[] = [];
  let row: { [key: string]: Json } | undefined;
  for (let column = 0; cells.next(); column++) {
    if (!row) {
      row = {};
      rows.push(row);
      keys.add();
      column = 0;
    }
    keys.add();
    const name = header[column];
    if (name === undefined) throw cells.problem("it has more values than the header has names");
    row[name] = cells.value;
    if (cells.endsRow) row = undefined;
  }
  return rows;
}

/**
 * Reads the cells of a CSV text one by one, in time that grows with the text alone. Empty lines have none. A quote that does not
 * open or close a whole cell is part of it. The first end of a line says how all lines end.
 */
class Cells {
  /** The cell that `next` came to. */
  value = "";
  /** Whether it is the last of its row. */
  endsRow = true;
  readonly #text: string;
  readonly #delimiter: string;
  #at = 0;
  #lineEnd: string | undefined;
  #nextDelimiter = -1;
  #nextLineEnd = -1;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
  }

  /** Goes to the next cell; false at the end of the text. */
  next(): boolean {
    if (this.endsRow) {
      while (this.#at < this.#text.length && this.#startsLineEnd(this.#at)) this.#at += this.#lineEnd?.length ?? 1;
      if (this.#at >= this.#text.length) return false;
    }
    this.value = this.#text.charCodeAt(this.#at) === 34 ? this.#quoted() : this.#plain(this.#at);
    this.endsRow = this.#at >= this.#text.length || this.#startsLineEnd(this.#at);
    this.#at += this.endsRow ? (this.#lineEnd?.length ?? 1) : 1;
    return true;
  }

  /** What is wrong at the line that `next` came to, or at the end of the text. */
  problem(what: string, at = Math.max(this.#at - (this.#lineEnd?.length ?? 1), 0)): BodyError {
    const lineEnd = this.#lineEnd ?? "\n";
    const last = lineEnd.charCodeAt(lineEnd.length - 1);
    let line = 1;
    for (let end = lineEnd.length - 1; end - lineEnd.length + 1 < at && end < this.#text.length; end++)
      if (this.#text.charCodeAt(end) === last && this.#isAt(end - lineEnd.length + 1, lineEnd)) line++;
    return new BodyError(`CSV is not valid at line ${line}: ${what}`);
  }

  #quoted(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let hasQuotes = false;
    for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
      if (text.charCodeAt(end + 1) === 34) {
        hasQuotes = true;
        end++;
        continue;
      }
      const content = hasQuotes ? text.slice(start, end).split('""').join('"') : text.slice(start, end);
      this.#at = end + 1;
      if (this.#at >= text.length || text[this.#at] === this.#delimiter || this.#startsLineEnd(this.#at))
        return content;
      return `"${content}"${this.#plain(this.#at)}`;
    }
    throw this.problem("a quote is not closed", text.endsWith("\n") ? text.length - 1 : text.length);
  }

  /** What stands between `start` and the next delimiter or end of a line. */
  #plain(start: number): string {
    if (this.#nextDelimiter < start) this.#nextDelimiter = this.#find(this.#delimiter, start);
    if (this.#nextLineEnd < start) this.#nextLineEnd = this.#findLineEnd(start);
    this.#at = Math.min(this.#nextDelimiter, this.#nextLineEnd);
    return this.#text.slice(start, this.#at);
  }

  #find(what: string, start: number): number {
    const found = this.#text.indexOf(what, start);
    return found === -1 ? this.#text.length : found;
  }

  #findLineEnd(start: number): number {
    if (this.#lineEnd !== undefined) return this.#find(this.#lineEnd, start);
    return Math.min(this.#find("\n", start), this.#find("\r", start));
  }

  /** Whether a line ends at `at`; the first time this says how all lines end. */
  #startsLineEnd(at: number): boolean {
    if (this.#lineEnd !== undefined) return this.#isAt(at, this.#lineEnd);
    const code = this.#text.charCodeAt(at);
    if (code !== 10 && code !== 13) return false;
    this.#lineEnd = code === 10 ? "\n" : this.#text.startsWith("\r\n", at) ? "\r\n" : "\r";
    this.#nextLineEnd = -1;
    return true;
  }

  /** Whether this end of a line is at `at`. There may be millions, for which a search of a text in a text is slow. */
  #isAt(at: number, lineEnd: string): boolean {
    if (this.#text.charCodeAt(at) !== lineEnd.charCodeAt(0)) return false;
    return lineEnd.length === 1 || this.#text.charCodeAt(at + 1) === 10;
  }
}
