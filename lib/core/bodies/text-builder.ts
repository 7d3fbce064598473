/** Code units that are put together at once; `fromCharCode` takes each as an argument. */
const UNITS = 4_096;
/** Short texts, of so many characters and pieces at most, are put together one by one. */
const FEW = 4;
/** What is at least so long is taken whole. */
const LONG = 16;

const units = new Uint16Array(UNITS);

/**
 * Puts a text together from single characters and pieces of a text. Made for millions of them: an array of pieces, or a string
 * that grows by one, costs ten times as much. Only one at a time: they share their memory.
 */
export class TextBuilder {
  #text = "";
  #length = 0;
  #added = 0;

  /** Adds a character by its number. */
  add(code: number): void {
    if (this.#added < FEW) {
      this.#added++;
      this.#text += String.fromCodePoint(code);
      return;
    }
    if (this.#length + 2 > UNITS) this.#flush();
    if (code <= 0xffff) units[this.#length++] = code;
    else {
      units[this.#length++] = 0xd800 + ((code - 0x10000) >> 10);
      units[this.#length++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
  }

  /** Adds what stands in a text from `start` to before `end`. */
  addPart(text: string, start: number, end: number): void {
    if (end === start) return;
    if (end - start >= LONG || this.#added < FEW) {
      this.#added++;
      this.#flush();
      this.#text += text.slice(start, end);
      return;
    }
    if (this.#length + LONG > UNITS) this.#flush();
    for (let at = start; at < end; at++) units[this.#length++] = text.charCodeAt(at);
  }

  toString(): string {
    this.#flush();
    return this.#text;
  }

  #flush(): void {
    if (this.#length === 0) return;
    this.#text += String.fromCharCode.apply(null, units.subarray(0, this.#length) as unknown as number[]);
    this.#length = 0;
  }
}
