import { expect, vi } from 'vitest';
import type { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { foldWrites } from '../../../src/domain/merge.js';
import type { Write } from '../../../src/domain/write.js';
import { byKey } from '../galera/galera-stores.js';
import { meaningOf } from '../records/meaning.js';
import { TASKS, taskWrite } from '../records/writes.js';

/** Tasks that are the same in all batches, and one that is only in its batch. */
const SHARED = Array.from({ length: 5 }, (_, index) => `shared-${index}`);
const PAUSE_MS = 50;

/**
 * Writers that write batch after batch until they are stopped. Like the flush, each repeats a batch
 * that fails, until it is acknowledged.
 */
export class Load {
  readonly acknowledged: Write[] = [];
  /** Of attempts. */
  failures = 0;
  /** Of two acknowledged batches, whichever writers wrote them; in milliseconds. */
  longestGap = 0;
  #batches = 0;
  #last = performance.now();
  #isStopped = false;
  readonly #writers: readonly Promise<void>[];

  constructor(
    private readonly store: MysqlBackend,
    writers = 4,
  ) {
    this.#writers = Array.from({ length: writers }, () => this.#write());
  }

  /** Waits until so many more batches are acknowledged. */
  async goesOn(batches = 20): Promise<void> {
    const until = this.acknowledged.length + batches * (SHARED.length + 1);
    await vi.waitFor(() => expect(this.acknowledged.length).toBeGreaterThan(until), {
      timeout: 40_000,
      interval: 20,
    });
  }

  /** Those of the tasks that no later batch changes. */
  get settled(): readonly Write[] {
    return this.acknowledged.filter(({ key }) => key.startsWith('own-'));
  }

  /** For the log of a test. */
  get summary(): string {
    const gap = this.longestGap.toFixed(0);
    return `${gap} ms without an answer, ${this.acknowledged.length} acknowledged writes, ${this.failures} failed attempts`;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#writers);
  }

  async #write(): Promise<void> {
    while (!this.#isStopped) {
      this.#batches += 1;
      const batch = batchOf(this.#batches);
      while (!(await this.#isStored(batch)))
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      this.acknowledged.push(...batch);
      const now = performance.now();
      this.longestGap = Math.max(this.longestGap, now - this.#last);
      this.#last = now;
    }
  }

  async #isStored(batch: readonly Write[]): Promise<boolean> {
    try {
      await this.store.write(TASKS, batch);
      return true;
    } catch {
      this.failures += 1;
      return false;
    }
  }
}

function batchOf(number: number): readonly Write[] {
  const fields = [
    { status: `s${number}`, retry_count: number % 7 },
    { status: 'processing', target_text: `text ${number}` },
  ][number % 2] as Record<string, string | number>;
  return [...SHARED, `own-${number}`].map((key) => taskWrite(key, number * 10, fields));
}

/** The store has what these writes result in. */
export async function expectFold(store: MysqlBackend, writes: readonly Write[]): Promise<void> {
  const check = async ([key, some]: readonly [string, readonly Write[]]) => {
    const found = await store.read(TASKS, key);
    expect(found && meaningOf(TASKS, found)).toEqual(
      meaningOf(TASKS, foldWrites(TASKS, some) as Write),
    );
  };
  await Promise.all([...byKey(writes)].map(check));
}
