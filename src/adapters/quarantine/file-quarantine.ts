import type { QuarantinedRecord, Refusal } from '../../ports/quarantine.js';
import { MemoryQuarantine } from './memory-quarantine.js';

/** The durable list that a FileQuarantine writes to: adapters/journal/record-log.ts is one. */
export interface QuarantineLog {
  open(): Promise<void>;
  /** What the log holds, in order. */
  read(): AsyncIterable<string>;
  /** Resolves when the texts are on disk. */
  append(texts: readonly string[]): Promise<void>;
  /** Resolves when the log holds these texts and nothing else; leaves it as it was when it rejects. */
  replace(texts: readonly string[]): Promise<void>;
  readonly bytes: number;
  close(): Promise<void>;
}

/** A change of the quarantine, as the log keeps it. */
type Change = { readonly put: QuarantinedRecord } | { readonly remove: readonly string[] };

/** A log is not worth writing anew below this size. */
const LEAST_LOG_BYTES = 1024 * 1024;
/** How often larger than what it stands for a log may be. */
const MOST_WASTE = 2;

/**
 * The quarantine on disk: every change is appended to a log, and made in memory only once it is
 * durable, so a call that rejects (with JOURNAL_UNAVAILABLE) has changed nothing that is seen. At
 * start the log is read from the beginning; when it is mostly outdated it is written anew.
 */
export class FileQuarantine extends MemoryQuarantine {
  readonly #sizes = new Map<string, number>();
  #liveBytes = 0;
  /** A change is worked out from the state that the one before it leaves. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: QuarantineLog) {
    super();
  }

  override async open(): Promise<void> {
    await this.log.open();
    for await (const text of this.log.read()) this.#apply(JSON.parse(text) as Change, sizeOf(text));
    await this.#compact();
  }

  override add(refusals: readonly Refusal[]): Promise<number> {
    return this.#inTurn(async () => {
      const { records, merged } = this.records.admit(refusals);
      await this.#commit(records.map((put) => ({ put })));
      return merged;
    });
  }

  override remove(ids: readonly string[]): Promise<number> {
    return this.#inTurn(async () => {
      const there = [...new Set(ids)].filter((id) => this.records.get(id) !== null);
      if (there.length > 0) await this.#commit([{ remove: there }]);
      return there.length;
    });
  }

  override async close(): Promise<void> {
    await this.#last;
    await this.log.close();
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(change);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    const texts = changes.map((change) => JSON.stringify(change));
    await this.log.append(texts);
    changes.forEach((change, index) => {
      this.#apply(change, sizeOf(texts[index] ?? ''));
    });
    await this.#compact();
  }

  #apply(change: Change, size: number): void {
    if ('put' in change) {
      this.#forget(change.put.id);
      this.#sizes.set(change.put.id, size);
      this.#liveBytes += size;
      this.records.put(change.put);
    } else {
      for (const id of change.remove) {
        this.#forget(id);
        this.records.delete(id);
      }
    }
  }

  #forget(id: string): void {
    this.#liveBytes -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
  }

  /** What is in the log stays true when this fails, on a full disk say: it is tried again after the next change. */
  async #compact(): Promise<void> {
    if (this.log.bytes <= Math.max(LEAST_LOG_BYTES, this.#liveBytes * MOST_WASTE)) return;
    const oldestFirst = [...this.records.list()].reverse();
    await this.log
      .replace(oldestFirst.map((put) => JSON.stringify({ put })))
      .catch(() => undefined);
  }
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}
