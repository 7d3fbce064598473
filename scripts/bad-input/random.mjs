/**
 * Random numbers that a seed repeats (mulberry32).
 *
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (/** @type {number} */ limit) => Math.floor(next() * limit);
  return {
    /** A whole number from 0 to one less than the limit. */
    below,
    /** @template T @param {readonly T[]} list @returns {T} */
    pick: (list) => /** @type {T} */ (list[below(list.length)]),
    /** True once in so many times. */
    once: (/** @type {number} */ times) => below(times) === 0,
    bytes: (/** @type {number} */ length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

/** @typedef {ReturnType<typeof createRandom>} Random */
