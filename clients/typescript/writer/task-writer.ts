import type { PersistenceClient } from '../client.js';
import { PersistenceError } from '../errors.js';
import type { TaskWrite } from '../records.js';
import { pauseBefore } from '../transport/retry.js';
import { AdmissionQueue } from './admission.js';
import { type Limits, limitsOf, type WriterOptions } from './limits.js';
import { type Refusal, RefusedTasksError, UnsentTasksError } from './refusals.js';
import { type BatchOutcome, type InterruptedBatch, sendBatch } from './send-batch.js';
import { type Entry, entryOf, merged, WaitingTasks } from './waiting-tasks.js';

/**
 * Collects writes of tasks, and sends them in batches: when a batch is full, when its oldest task
 * is old enough, on `flush`, and at the end of `await using`.
 *
 * - Writes of one task are merged in the order of their puts, as the service would merge them.
 * - One request is in flight, so no write of a task overtakes an earlier one.
 * - A service that is away loses nothing: its batch is kept and sent later, and `put` waits when
 *   the writer is full.
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
  /** Requests that failed one after another, and the last error. */
  #failures = 0;
  #error: unknown;
  #refused: Refusal[] = [];
  #refusedBy: unknown;
  #puts = 0;
  #closing: Promise<void> | null = null;

  constructor(
    private readonly client: Pick<PersistenceClient, 'acceptTasks' | 'world'>,
    options: WriterOptions = {},
  ) {
    this.#limits = limitsOf(options);
    this.#signal = options.signal;
    options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Tasks that are put and not acknowledged. */
  get held(): number {
    return this.#waiting.count + this.#flight.length;
  }

  /**
   * Takes a task; waits while the writer is full. With `flushEach` it returns when the task is
   * acknowledged. Calls that are not awaited take effect in their order.
   *
   * Throws InvalidValueError for a task that is not sent as it is, and RefusedTasksError if the
   * service refused earlier tasks; this one is taken then. With `flushEach` it throws also
   * NoAnswerError and ApiError of a service that is away; the task is kept, and sent later.
   */
  async put(task: TaskWrite): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#closing !== null) throw new PersistenceError('the writer is closed');
    this.#puts += 1;
    const entry = entryOf(task, this.#puts, this.client.world.now());
    const taken = this.#queue.enter(entry);
    this.#admit();
    this.#next();
    await taken;
    if (this.#limits.flushEach) await this.#sentUpTo(entry.first);
    this.#raise(this.#limits.flushEach ? task.task_id : null);
  }

  /**
   * Sends everything that was put before. Throws RefusedTasksError for tasks that the service
   * refused, and the error of a service that stays away longer than the retries of the client; the
   * tasks are kept then, and sent later.
   */
  async flush(): Promise<void> {
    await this.#sentUpTo(this.#puts);
    this.#raise(null);
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
    this.#rest();
    this.#queue.fail(this.#signal?.reason);
  };

  async #close(): Promise<void> {
    try {
      await this.#sentUpTo(this.#puts);
    } catch (error) {
      this.#rest();
      const tasks = [...this.#waiting.clear(), ...this.#queue.fail(error)].map(({ task }) => task);
      throw new UnsentTasksError(tasks, this.#refused.splice(0), error);
    } finally {
      this.#signal?.removeEventListener('abort', this.#abort);
    }
    this.#raise(null);
  }

  async #sentUpTo(put: number): Promise<void> {
    while (this.#holds(put)) await this.#send();
  }

  /** Whether something is not sent that was put so early. */
  #holds(put: number): boolean {
    const oldest = this.#flight[0] ?? this.#waiting.oldest ?? this.#queue.oldest;
    return oldest !== undefined && oldest.first <= put;
  }

  /** Throws what the service refused: of one task, or everything. Each refusal is thrown once. */
  #raise(id: string | null): void {
    const isMeant = ({ task }: Refusal) => id === null || task.task_id === id;
    const refused = this.#refused.filter(isMeant);
    if (refused.length === 0) return;
    this.#refused = this.#refused.filter((refusal) => !isMeant(refusal));
    throw new RefusedTasksError(refused, this.#refusedBy);
  }

  /** Sends a batch, or waits for the one in flight. */
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
      const { error, unsent, outcome } = failure as InterruptedBatch;
      this.#note(outcome);
      this.#waiting.putBack(unsent);
      this.#failures += 1;
      this.#error = error;
      throw error;
    } finally {
      this.#flight = [];
    }
  }

  #note({ refused, cause }: BatchOutcome): void {
    this.#refused.push(...refused);
    this.#refusedBy = cause ?? this.#refusedBy;
  }

  #admit(): void {
    const { maxHeldRecords, maxHeldBytes } = this.#limits;
    this.#queue.admit(
      ({ task, bytes }) => {
        if (this.held === 0) return true;
        const isNew = this.#waiting.get(task.task_id) === undefined;
        const held = this.#waiting.bytes + this.#flight.reduce((sum, each) => sum + each.bytes, 0);
        return held + bytes <= maxHeldBytes && (!isNew || this.held < maxHeldRecords);
      },
      (entry) => {
        const flying = this.#flight.find(({ task }) => task.task_id === entry.task.task_id);
        // Checked now: if the request fails, the two are merged.
        if (flying !== undefined) merged(flying, entry);
        this.#waiting.add(entry);
      },
    );
  }

  /** Upholds that a timer is armed or a request in flight while tasks wait. */
  #next(): void {
    const { oldest } = this.#waiting;
    if (oldest === undefined || this.#running !== null || this.#signal?.aborted === true) return;
    const { world } = this.client;
    if (this.#failures > 0) {
      this.#disarm ??= this.#after(pauseBefore(this.#failures - 1, this.#error, world));
      return;
    }
    const { maxRecords, maxBytes, maxAge } = this.#limits;
    const isFull = this.#waiting.count >= maxRecords || this.#waiting.bytes >= maxBytes;
    if (isFull || !this.#queue.isEmpty) this.#sendUnwatched();
    else this.#disarm ??= this.#after(Math.max(0, oldest.since + maxAge - world.now()));
  }

  #after(milliseconds: number): () => void {
    return this.client.world.after(milliseconds, () => {
      this.#disarm = null;
      this.#sendUnwatched();
    });
  }

  /** A failure is kept: the batch is sent again, and refusals are thrown by the next call. */
  #sendUnwatched(): void {
    this.#send().catch(() => undefined);
  }

  #rest(): void {
    this.#disarm?.();
    this.#disarm = null;
  }
}
