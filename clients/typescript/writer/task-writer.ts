// Needed by programs that compile against the declarations with an older library.
/// <reference lib="esnext.disposable" preserve="true" />
import type { PersistenceClient } from '../client.js';
import { PersistenceError } from '../errors.js';
import type { Task, TaskWrite } from '../records.js';
import { askedPause, LONGEST_RETRY_AFTER } from '../transport/retry.js';
import { AdmissionQueue } from './admission.js';
import { type Limits, limitsOf, type WriterOptions } from './limits.js';
import { completed, failed, type MoreFields } from './next-state.js';
import { type Refusal, RefusedTasksError, UnsentTasksError } from './refusals.js';
import { type BatchOutcome, InterruptedBatch, sendBatch } from './send-batch.js';
import { checkSession, type Entry, entryOf, WaitingTasks } from './waiting-tasks.js';

/** Milliseconds before a batch is tried again that failed; each later pause is twice as long. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/**
 * Collects writes of tasks, and sends them in batches: when a batch is full, when its oldest task
 * is old enough, on `flush`, and at the end of `await using`.
 *
 * - Writes of one task are merged in the order of their puts, as the service would merge them.
 * - One request is in flight, so no write of a task overtakes an earlier one.
 * - A service that is away loses nothing: its batch is kept and sent later, and `put` waits when
 *   the writer is full. What went wrong meanwhile is thrown by the next call, once.
 * - If tasks wait, a timer is armed or a request is in flight.
 */
export class TaskWriter {
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting = new WaitingTasks();
  readonly #queue = new AdmissionQueue();
  #flight: readonly Entry[] = [];
  #running: Promise<void> | null = null;
  #disarm: (() => void) | null = null;
  /** Batches that could not be sent: one after another, since the start, and when last thrown. */
  #failures = 0;
  #failed = 0;
  #told = 0;
  #error: unknown;
  #refused: Refusal[] = [];
  #refusedBy: unknown;
  #puts = 0;
  #closing: Promise<void> | null = null;
  /** Of `unsent`, until something changes: thousands of puts may be told at once. */
  #list: readonly TaskWrite[] | null = null;
  /** Nothing is sent any more by itself. */
  #hasEnded = false;

  constructor(
    private readonly client: Pick<PersistenceClient, 'acceptTasks' | 'world'>,
    options: WriterOptions = {},
  ) {
    this.#limits = limitsOf(options);
    this.#signal = options.signal;
    options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Tasks for which there was room, and that are not acknowledged. */
  get held(): number {
    return this.#waiting.count + this.#flight.length;
  }

  /** The tasks that the service has not acknowledged, merged. */
  get unsent(): readonly TaskWrite[] {
    this.#list ??= [...this.#flight, ...this.#waiting.entries, ...this.#queue.entries].map(
      ({ task }) => task,
    );
    return this.#list;
  }

  /**
   * Takes a task; waits while the writer is full. With `flushEach` it returns when the task is
   * acknowledged. Calls that are not awaited take effect in their order.
   *
   * The writer has the task also when this throws RefusedTasksError or UnsentTasksError: these are
   * about earlier tasks. It throws InvalidValueError for a task that is not sent as it is, and does
   * not take it then.
   */
  async put(task: TaskWrite): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#closing !== null) throw new PersistenceError('the writer is closed');
    const seen = this.#failed;
    const entry = entryOf(task, this.#puts + 1, this.client.world.now());
    this.#checkSession(entry);
    this.#puts += 1;
    this.#list = null;
    const taken = this.#queue.enter(entry);
    this.#admit();
    this.#next();
    if (this.#hasNews(seen)) taken.catch(() => undefined);
    else await taken;
    if (this.#limits.flushEach) await this.#sendUpTo(entry.first, seen);
    this.#raise(seen, this.#limits.flushEach ? task.task_id : null);
  }

  /**
   * Puts a task of the service as `completed`, with its translation and further fields. Throws
   * InvalidValueError if the translation is no text.
   */
  complete(task: Task | TaskWrite, targetText: string, fields: MoreFields = {}): Promise<void> {
    return this.#putNext(() => completed(task, targetText, fields));
  }

  /**
   * Puts a task of the service as `failed`, with the text of the error and further fields. The text
   * is cut to 1 MiB, and what the service refuses in it is replaced.
   */
  fail(task: Task | TaskWrite, error: unknown, fields: MoreFields = {}): Promise<void> {
    return this.#putNext(() => failed(task, error, fields));
  }

  /**
   * Sends everything that was put before. Throws RefusedTasksError for tasks that the service
   * refused, and UnsentTasksError if it stays away longer than the retries of the client; the tasks
   * are kept then, and sent later.
   */
  async flush(): Promise<void> {
    const seen = this.#failed;
    await this.#sendUpTo(this.#puts, seen);
    this.#raise(seen, null);
  }

  /**
   * Sends what is left, and ends. Throws UnsentTasksError with the tasks that were not sent, or
   * RefusedTasksError.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #abort = () => {
    this.#hasEnded = true;
    this.#rest();
    this.#queue.fail(this.#signal?.reason);
  };

  async #close(): Promise<void> {
    const seen = this.#failed;
    await this.#sendUpTo(this.#puts, seen);
    this.#hasEnded = true;
    this.#rest();
    this.#queue.release();
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#raise(seen, null);
  }

  async #putNext(state: () => TaskWrite): Promise<void> {
    await this.put(state());
  }

  /** Returns when everything is sent that was put so early, or when a batch could not be sent. */
  async #sendUpTo(put: number, seen: number): Promise<void> {
    while (this.#holds(put) && this.#failed === seen) await this.#send();
  }

  /** Whether something is not sent that was put so early. */
  #holds(put: number): boolean {
    const oldest = this.#flight[0] ?? this.#waiting.oldest ?? this.#queue.oldest;
    return oldest !== undefined && oldest.first <= put;
  }

  /** Throws InvalidValueError for a task that waits for another session. */
  #checkSession(entry: Entry): void {
    const { task_id } = entry.task;
    checkSession(
      this.#flight.find(({ task }) => task.task_id === task_id),
      entry,
    );
    checkSession(this.#waiting.get(task_id), entry);
    checkSession(this.#queue.get(task_id), entry);
  }

  /** Whether batches cannot be sent now, and the caller that began after `seen` was not told. */
  #hasNews(seen: number): boolean {
    return this.#failures > 0 && this.#failed > Math.min(seen, this.#told);
  }

  /** Throws what went wrong, once; of refusals those of one task, or all. */
  #raise(seen: number, id: string | null): void {
    const isMeant = ({ task }: Refusal) => id === null || task.task_id === id;
    const refused = this.#refused.filter(isMeant);
    this.#refused = this.#refused.filter((refusal) => !isMeant(refusal));
    if (this.#hasNews(seen)) {
      this.#told = this.#failed;
      throw new UnsentTasksError(this.unsent, refused, this.#error);
    }
    if (refused.length > 0) throw new RefusedTasksError(refused, this.#refusedBy);
  }

  /** Sends a batch, or waits for the one in flight. Failures are noted. */
  #send(): Promise<void> {
    this.#running ??= this.#sendBatch().finally(() => {
      this.#running = null;
      this.#admit();
      this.#next();
    });
    return this.#running;
  }

  async #sendBatch(): Promise<void> {
    this.#rest();
    const { maxRecords, maxBytes, ack } = this.#limits;
    this.#flight = this.#waiting.take(maxRecords, maxBytes);
    try {
      this.#note(await sendBatch(this.client, this.#flight, ack, { signal: this.#signal }));
      this.#failures = 0;
    } catch (failure) {
      // Whatever it is, the tasks are not lost. Those that were sent before it are sent again.
      const { error, unsent, outcome } =
        failure instanceof InterruptedBatch ? failure : new InterruptedBatch(failure, this.#flight);
      this.#note(outcome);
      this.#waiting.putBack(unsent);
      this.#failures += 1;
      this.#failed += 1;
      this.#error = error;
      this.#queue.release();
    } finally {
      this.#flight = [];
      this.#list = null;
    }
  }

  #note({ refused, cause }: BatchOutcome): void {
    this.#refused.push(...refused);
    this.#refusedBy = cause ?? this.#refusedBy;
  }

  #admit(): void {
    this.#list = null;
    const { maxWaitingRecords, maxWaitingBytes } = this.#limits;
    this.#queue.admit(
      ({ task, bytes }) => {
        if (this.held === 0) return true;
        const isNew = this.#waiting.get(task.task_id) === undefined;
        const held = this.#waiting.bytes + this.#flight.reduce((sum, each) => sum + each.bytes, 0);
        return held + bytes <= maxWaitingBytes && (!isNew || this.held < maxWaitingRecords);
      },
      (entry) => this.#waiting.add(entry),
    );
  }

  /** Upholds that a timer is armed or a request in flight while tasks wait. */
  #next(): void {
    const { oldest } = this.#waiting;
    if (oldest === undefined || this.#running !== null || this.#hasEnded) return;
    if (this.#failures > 0) {
      this.#disarm ??= this.#after(pauseAfter(this.#failures, this.#error));
      return;
    }
    const { world } = this.client;
    const { maxRecords, maxBytes, maxAge } = this.#limits;
    const isFull = this.#waiting.count >= maxRecords || this.#waiting.bytes >= maxBytes;
    if (isFull || !this.#queue.isEmpty) void this.#send();
    else {
      // A clock that was set back would let the task wait for as long.
      const left = Math.min(oldest.since + maxAge - world.now(), maxAge);
      this.#disarm ??= this.#after(Math.max(0, left));
    }
  }

  #after(milliseconds: number): () => void {
    return this.client.world.after(milliseconds, () => {
      this.#disarm = null;
      void this.#send();
    });
  }

  #rest(): void {
    this.#disarm?.();
    this.#disarm = null;
  }
}

/** Milliseconds after so many failures; not before the service wants to be asked again. */
function pauseAfter(failures: number, error: unknown): number {
  const own = Math.min(FIRST_PAUSE * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE);
  return Math.max(own, Math.min(askedPause(error) ?? 0, LONGEST_RETRY_AFTER) * 1000);
}
