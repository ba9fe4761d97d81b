/** Items in pages, in one order; each item at most once. */
export type Pages<Item> = AsyncGenerator<readonly Item[], void>;

/** What two stores have at one place of their common order; one of them may have nothing there. */
export interface Pair<Item> {
  readonly source: Item | null;
  readonly target: Item | null;
}

/**
 * Walks two sorted stores side by side, with one page of each in memory. Each part that it yields
 * has the items of at most one page of each.
 */
export async function* pairsOf<Item>(
  source: Pages<Item>,
  target: Pages<Item>,
  compare: (one: Item, other: Item) => number,
): AsyncGenerator<readonly Pair<Item>[], void> {
  const [left, right] = [new Cursor(ahead(source)), new Cursor(ahead(target))];
  try {
    for (;;) {
      await Promise.all([left.fill(), right.fill()]);
      if (left.item === null && right.item === null) return;
      const pairs: Pair<Item>[] = [];
      while (left.isReady && right.isReady && (left.item !== null || right.item !== null)) {
        const order = orderOf(left.item, right.item, compare);
        pairs.push({
          source: order <= 0 ? left.take() : null,
          target: order >= 0 ? right.take() : null,
        });
      }
      yield pairs;
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

/** A missing item comes after every other. */
function orderOf<Item>(
  one: Item | null,
  other: Item | null,
  compare: (one: Item, other: Item) => number,
): number {
  if (one === null) return 1;
  return other === null ? -1 : compare(one, other);
}

/** The next item of some pages. */
class Cursor<Item> {
  #page: readonly Item[] = [];
  #next = 0;
  #hasEnded = false;

  constructor(private readonly pages: Pages<Item>) {}

  /** Null at the end of a page, too: then `fill` reads the next one. */
  get item(): Item | null {
    return this.#page[this.#next] ?? null;
  }

  /** Whether `item` is the next item, or there is none. */
  get isReady(): boolean {
    return this.#hasEnded || this.#next < this.#page.length;
  }

  async fill(): Promise<void> {
    while (!this.isReady) {
      const { value, done } = await this.pages.next();
      this.#page = done === true ? [] : value;
      this.#hasEnded = done === true;
      this.#next = 0;
    }
  }

  take(): Item | null {
    const { item } = this;
    this.#next += 1;
    return item;
  }

  async close(): Promise<void> {
    await this.pages.return();
  }
}

/** Reads the next page while the last one is used. */
export async function* ahead<Item>(pages: Pages<Item>): Pages<Item> {
  let coming = pages.next();
  try {
    for (;;) {
      const { value, done } = await coming;
      if (done === true) return;
      coming = pages.next();
      // Its error is thrown when its turn comes, or is not needed.
      coming.catch(() => undefined);
      yield value;
    }
  } finally {
    await coming.catch(() => undefined);
    await pages.return();
  }
}
