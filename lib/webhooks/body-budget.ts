/** More bodies are being received than memory is set aside for; trying again later can help. */
export class BodyBudgetSpent extends Error {
  constructor() {
    super("Too many large bodies are being received at the same time");
    this.name = "BodyBudgetSpent";
  }
}

/** Counts the bytes of request bodies in memory, so that many large ones at once are refused and not fatal. */
export class BodyBudget {
  readonly #maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are in memory now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Takes a part for bytes that have come. Throws BodyBudgetSpent when there is no room for them. */
  take(bytes: number): void {
    if (this.#heldBytes + bytes > this.#maxBytes) throw new BodyBudgetSpent();
    this.#heldBytes += bytes;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
