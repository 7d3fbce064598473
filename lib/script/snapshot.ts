import type { Allocator, Instance } from "./instance";

const PROBE_BYTES = 2 ** 20;
const PAGE = 4_096;
const BLANK = Buffer.alloc(PAGE);

/** Blank pages in a row that are taken for the stack: the static data before it has fewer, the heap comes after it. */
const STACK_PAGES = 64;

/** A copy of what is in use of a QuickJS's memory. */
export type Image = { statics: Uint8Array; heap: Uint8Array };

/** Most that an image has on top of the first one, in bytes. */
const LARGEST_GROWTH = 256 * 1_024;

/**
 * The memory of a QuickJS as it was when this was made, to come back to after each run. The stack between static data and
 * heap is not kept: nobody is on it between runs.
 */
export class Snapshot {
  readonly #memory: WebAssembly.Memory;
  readonly #first: Image;
  readonly #heapStart: number;
  readonly #breakAt: number;
  readonly #stackBytes: number;
  /** Where the heap has ended at most since it was blanked. */
  #highest = 0;

  /** Must be made while nothing runs. @param stackBytes the most that a run has used of the stack */
  constructor({ memory, allocator }: Pick<Instance, "memory" | "allocator">, stackBytes: number) {
    this.#memory = memory;
    this.#stackBytes = stackBytes;
    const bytes = new Uint8Array(memory.buffer);
    const heap = allocator._malloc(16);
    allocator._free(heap);
    const staticsEnd = endOfStatics(bytes, heap);
    this.#heapStart = startOfHeap(bytes, heap);
    const statics = bytes.slice(0, staticsEnd);
    const uncut = bytes.slice(this.#heapStart, heap + PROBE_BYTES);
    this.#breakAt = findBreak(memory, allocator, staticsEnd);
    const end = new DataView(statics.buffer).getUint32(this.#breakAt, true);
    this.#first = { statics, heap: uncut.slice(0, end - this.#heapStart) };
    this.restore({ wipe: true });
  }

  /** Bytes that each restoring copies. */
  get size(): number {
    return this.#first.statics.length + this.#first.heap.length;
  }

  /** A copy of the memory as it is now, to come back to as well; undefined when too much is in use. Must be made while nothing runs. */
  keep(): Image | undefined {
    const bytes = new Uint8Array(this.#memory.buffer);
    const end = this.#break();
    if (end - this.#heapStart > this.#first.heap.length + LARGEST_GROWTH) return undefined;
    return { statics: bytes.slice(0, this.#first.statics.length), heap: bytes.slice(this.#heapStart, end) };
  }

  /**
   * Puts the memory back, to an image or to what it was at first; with `wipe` also nothing of what a run left on the stack or in freed
   * memory can be found.
   */
  restore({ wipe, image = this.#first }: { wipe: boolean; image?: Image }): void {
    const bytes = new Uint8Array(this.#memory.buffer);
    this.#highest = Math.max(this.#highest, this.#break());
    if (wipe) {
      bytes.fill(0, this.#heapStart - this.#stackBytes, this.#heapStart);
      bytes.fill(0, this.#heapStart + this.#first.heap.length, this.#highest);
      this.#highest = 0;
    }
    bytes.set(image.statics, 0);
    bytes.set(image.heap, this.#heapStart);
  }

  /** Where the heap ends at present. */
  #break(): number {
    return new DataView(this.#memory.buffer).getUint32(this.#breakAt, true);
  }
}

function endOfStatics(bytes: Uint8Array, heap: number): number {
  let blank = 0;
  for (let page = 0; page < heap; page += PAGE) {
    blank = isBlank(bytes, page) ? blank + 1 : 0;
    if (blank === STACK_PAGES) return page - (STACK_PAGES - 1) * PAGE;
  }
  throw new Error("The stack of QuickJS was not found");
}

/** The heap follows the stack, whose uppermost pages were used: what is used between the blank pages and `heap` is kept. */
function startOfHeap(bytes: Uint8Array, heap: number): number {
  let page = Math.floor(heap / PAGE) * PAGE;
  while (!isBlank(bytes, page - PAGE)) page -= PAGE;
  return page;
}

const isBlank = (bytes: Uint8Array, page: number): boolean => BLANK.equals(bytes.subarray(page, page + PAGE));

/** Finds the word of the static data that says where the heap ends: the highest of those that a large allocation raises by its size. */
function findBreak(memory: WebAssembly.Memory, allocator: Allocator, staticsEnd: number): number {
  const before = new Uint32Array(memory.buffer.slice(0, staticsEnd));
  const pointer = allocator._malloc(PROBE_BYTES);
  const after = new Uint32Array(memory.buffer.slice(0, staticsEnd));
  allocator._free(pointer);
  let found = -1;
  for (let word = 0; word < after.length; word++) {
    const end = after[word]!;
    const isBreak =
      end >= pointer + PROBE_BYTES && end - before[word]! >= PROBE_BYTES && before[word]! <= pointer + PAGE;
    if (isBreak && (found < 0 || end > after[found]!)) found = word;
  }
  if (found < 0) throw new Error("The end of the heap of QuickJS was not found");
  return found * 4;
}
