import { crc32 } from 'node:zlib';
import { ServiceError } from '../../../domain/errors.js';
import { errorCode, isDiskFull, SyncFailedError } from './disk/disk.js';
import type { JournalFolder } from './journal-folder.js';
import { encodeHeader, HEADER_BYTES, MAX_PAYLOAD_BYTES } from './segments/frame.js';
import { RollBackFailedError, type Segments } from './segments/segments.js';

/** Bytes per write and sync. */
const GROUP_BYTES = 16 * 1024 * 1024;
/** Milliseconds for which the journal reports that it is full after a refusal without space. */
const FULL_PAUSE = 5000;

export interface Payload {
  readonly kind: number;
  readonly collection: number;
  readonly bytes: Buffer;
}

interface Waiting {
  readonly payload: Payload;
  readonly crc: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: ServiceError) => void;
}

/**
 * Writes entries to disk, in order, as many at a time as are waiting: all entries that arrive
 * during one sync share the next one.
 *
 * Invariants:
 * - An entry is acknowledged only after a sync that started after it was written.
 * - Sequence numbers have no gaps: the numbers of a rolled-back group go to the next group.
 * - After a failed sync nothing is acknowledged or written any more: the kernel may have dropped
 *   unwritten data, and a second sync would not report it.
 */
export class GroupCommit {
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | null = null;
  #broken: string | null = null;
  #closed = false;
  #full: { readonly reason: string; readonly since: number } | null = null;

  constructor(
    private readonly folder: JournalFolder,
    private readonly segments: Segments,
    private readonly maxBytes: number,
  ) {}

  /** Why appends are refused now; null if they are accepted. */
  get refusal(): string | null {
    if (this.#broken !== null || this.#full === null) return this.#broken;
    return this.folder.clock.monotonic() - this.#full.since < FULL_PAUSE ? this.#full.reason : null;
  }

  /**
   * Resolves with the sequence number when the entry is on disk; rejects with JOURNAL_UNAVAILABLE.
   * With `beyondLimit`, the maximum size does not count.
   */
  append(payload: Payload, beyondLimit = false): Promise<number> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refuse(payload, beyondLimit ? Number.POSITIVE_INFINITY : this.maxBytes);
      if (refusal !== null) {
        reject(refusal);
        return;
      }
      this.#waiting.push({ payload, crc: crc32(payload.bytes), resolve, reject });
      this.#waitingBytes += HEADER_BYTES + payload.bytes.length;
      this.#running ??= this.#run();
    });
  }

  /** Refuses appends permanently. */
  stop(reason: string): void {
    this.#broken ??= reason;
  }

  /** Call when space was freed. */
  relieve(): void {
    this.#full = null;
  }

  /** Refuses new entries; resolves when the accepted ones are on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  #refuse({ bytes }: Payload, maxBytes: number): ServiceError | null {
    if (this.#broken !== null) return unavailable(this.#broken);
    if (this.#closed) return unavailable('it is closed');
    if (bytes.length > MAX_PAYLOAD_BYTES) {
      return unavailable(`a batch of ${bytes.length} bytes exceeds the size of an entry`);
    }
    const total = this.segments.bytes + this.#waitingBytes + HEADER_BYTES + bytes.length;
    if (total <= maxBytes) return null;
    return this.#filled(`it has reached its limit of ${maxBytes} bytes`);
  }

  async #run(): Promise<void> {
    // Entries of the same turn of the event loop share the first sync, too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#take();
      const bytes = group.reduce((sum, each) => sum + sizeOf(each), 0);
      try {
        const first = await this.#write(group, bytes);
        group.forEach(({ resolve }, index) => {
          resolve(first + index);
        });
      } catch (error) {
        const refusal = this.#failed(error);
        for (const { reject } of group) reject(refusal);
      } finally {
        this.#waitingBytes -= bytes;
      }
    }
    this.#running = null;
  }

  #take(): Waiting[] {
    let count = 0;
    for (let bytes = 0; count < this.#waiting.length; count += 1) {
      const waiting = this.#waiting[count] as Waiting;
      bytes += sizeOf(waiting);
      if (count > 0 && bytes > GROUP_BYTES) break;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(group: readonly Waiting[], bytes: number): Promise<number> {
    if (this.#broken !== null) throw unavailable(this.#broken);
    const first = this.segments.next;
    await this.folder.reserve.restore();
    const frames = group.flatMap(({ payload, crc }, index) => [
      encodeHeader({
        sequence: first + index,
        kind: payload.kind,
        collection: payload.collection,
        payloadBytes: payload.bytes.length,
        payloadCrc: crc,
      }),
      payload.bytes,
    ]);
    await this.segments.append(frames, bytes, group.length);
    return first;
  }

  #failed(error: unknown): ServiceError {
    if (error instanceof ServiceError) return error;
    if (error instanceof SyncFailedError || error instanceof RollBackFailedError) {
      this.stop(`${error.message}: the state on disk is unknown`);
      return unavailable(`${error.message}; it refuses writes until the service is restarted`);
    }
    if (isDiskFull(error)) return this.#filled(`the disk is full (${errorCode(error)})`);
    return unavailable(`writing failed (${errorCode(error)})`);
  }

  #filled(reason: string): ServiceError {
    this.#full = { reason, since: this.folder.clock.monotonic() };
    return unavailable(reason);
  }
}

function sizeOf({ payload }: Waiting): number {
  return HEADER_BYTES + payload.bytes.length;
}

export function unavailable(reason: string): ServiceError {
  return new ServiceError(
    'JOURNAL_UNAVAILABLE',
    `The journal cannot accept writes: ${reason}. No record of the batch was accepted.`,
    { retryAfter: 5 },
  );
}
