type Waiting<Item> = { items: Item[]; chars: number };

/** Who waits, account by account: within an account in order, among the accounts in turns. `chars` is what each holds meanwhile. */
export class FairQueue<Item extends { readonly chars: number }> {
  /** Accounts with somebody waiting, in the order of their turns. */
  readonly #accounts = new Map<string, Waiting<Item>>();
  #size = 0;
  #chars = 0;

  get size(): number {
    return this.#size;
  }

  /** What all hold together, in characters. */
  get chars(): number {
    return this.#chars;
  }

  /** How many wait of an account, and the characters that they hold. */
  of(accountId: string): { size: number; chars: number } {
    const waiting = this.#accounts.get(accountId);
    return { size: waiting?.items.length ?? 0, chars: waiting?.chars ?? 0 };
  }

  add(accountId: string, item: Item): void {
    const waiting = this.#accounts.get(accountId) ?? { items: [], chars: 0 };
    this.#accounts.set(accountId, waiting);
    waiting.items.push(item);
    this.#count(waiting, 1, item.chars);
  }

  /** Puts somebody who was taken out back to where they were: before the others of the account, whose turn is the next one if none wait. */
  putBack(accountId: string, item: Item): void {
    const known = this.#accounts.get(accountId);
    const waiting = known ?? { items: [], chars: 0 };
    if (!known) {
      const others = [...this.#accounts];
      this.#accounts.clear();
      this.#accounts.set(accountId, waiting);
      for (const [id, theirs] of others) this.#accounts.set(id, theirs);
    }
    waiting.items.unshift(item);
    this.#count(waiting, 1, item.chars);
  }

  /** Says whether somebody of an account waits that `mayRun` lets through. */
  hasNext(mayRun: (accountId: string) => boolean): boolean {
    for (const accountId of this.#accounts.keys()) if (mayRun(accountId)) return true;
    return false;
  }

  /** Takes the next one out, of the first account whose turn it is and that `mayRun` lets through; its next turn is its last. */
  next(mayRun: (accountId: string) => boolean): Item | undefined {
    for (const [accountId, waiting] of this.#accounts) {
      if (!mayRun(accountId)) continue;
      const item = waiting.items.shift()!;
      this.#accounts.delete(accountId);
      if (waiting.items.length > 0) this.#accounts.set(accountId, waiting);
      this.#count(waiting, -1, -item.chars);
      return item;
    }
    return undefined;
  }

  /** Takes all out. */
  clear(): Item[] {
    const items = [...this.#accounts.values()].flatMap((waiting) => waiting.items);
    this.#accounts.clear();
    this.#size = 0;
    this.#chars = 0;
    return items;
  }

  #count(waiting: Waiting<Item>, items: number, chars: number): void {
    waiting.chars += chars;
    this.#size += items;
    this.#chars += chars;
  }
}
