/**
 * Values of many rows that differ in length (bodies, headers, texts), laid end to end in one buffer. PostgreSQL takes it
 * as one binary parameter and cuts each value out by place and length, which costs both sides far less than arrays of
 * escaped text.
 */
export class PackedRows {
  #buffer = Buffer.allocUnsafe(16 * 1024);
  #length = 0;

  /** Where the next value will begin, counted from 1 as `substring` does. */
  get position(): number {
    return this.#length + 1;
  }

  /** Adds a value; gives its length in bytes, and null for null, which takes no place. */
  add(value: string | Uint8Array | null): number | null {
    if (value === null) return null;
    const before = this.#length;
    if (typeof value === "string") {
      this.#makeRoom(value.length * 3);
      this.#length += this.#buffer.write(value, before);
    } else {
      this.#makeRoom(value.byteLength);
      this.#buffer.set(value, before);
      this.#length += value.byteLength;
    }
    return this.#length - before;
  }

  /** What was added, as the parameter. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** An array parameter of values that need no quotes: numbers, booleans, ids of ours, names of enum values. */
export function arrayOf(values: readonly (string | number | boolean | null)[]): string {
  let text = "{";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ",";
    text += values[index] ?? "NULL";
  }
  return `${text}}`;
}

/** An array parameter of any texts. */
export function textArrayOf(values: readonly (string | null)[]): string {
  return arrayOf(values.map((value) => (value === null ? null : `"${value.replace(/["\\]/g, "\\$&")}"`)));
}

/**
 * For a column of `unnest` with others: it fills those that are shorter with nulls, so nulls at the end are left out, and a
 * column of nothing else costs nothing.
 */
function withoutLastNulls<Value>(values: readonly Value[]): readonly Value[] {
  let length = values.length;
  while (length > 0 && values[length - 1] === null) length--;
  return length === values.length ? values : values.slice(0, length);
}

/** The same as `arrayOf`, for a column of `unnest` that is mostly null. */
export const columnOf = (values: readonly (string | number | boolean | null)[]) => arrayOf(withoutLastNulls(values));

/** The same as `textArrayOf`, for a column of `unnest` that is mostly null. */
export const textColumnOf = (values: readonly (string | null)[]) => textArrayOf(withoutLastNulls(values));

/**
 * What many rows have in common, kept once: `place` gives the index, from 1, of a value that equals the row's. Rows that
 * follow each other mostly come from the same place, so the last one is tried first.
 */
export class Shared<Row> {
  readonly rows: Row[] = [];
  readonly #isSame: (a: Row, b: Row) => boolean;
  readonly #keyOf: (row: Row) => string;
  readonly #places = new Map<string, number>();
  #last = 0;

  constructor(keyOf: (row: Row) => string, isSame: (a: Row, b: Row) => boolean) {
    this.#keyOf = keyOf;
    this.#isSame = isSame;
  }

  place(row: Row): number {
    const last = this.rows[this.#last - 1];
    if (last && this.#isSame(last, row)) return this.#last;
    const key = this.#keyOf(row);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.rows.push(row);
      this.#places.set(key, place);
    }
    this.#last = place;
    return place;
  }
}
