/** Counts, and nothing else: adding to `value` is all that it costs where things happen. */
export class Count {
  value = 0;
}

/** How often values fell below each of some bounds, and their sum. Observing takes a few comparisons and no memory. */
export class Distribution {
  /** Ascending; a value counts for the first bound that it doesn't exceed. */
  readonly bounds: readonly number[];
  /** Per bound, not added up; the last one is for values over every bound. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const { bounds } = this;
    let index = 0;
    while (index < bounds.length && value > bounds[index]!) index++;
    this.counts[index]!++;
    this.sum += value;
  }

  /** How many values were observed. */
  get count(): number {
    let count = 0;
    for (const inBucket of this.counts) count += inBucket;
    return count;
  }
}
