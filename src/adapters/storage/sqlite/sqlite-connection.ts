import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { StorageUnavailableError } from '../../../domain/errors.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import type { Row } from '../sql/dialect.js';
import { toOpenError, toStorageError } from './sqlite-errors.js';
import { startThread } from './start-thread.js';
import type {
  Envelope,
  Opened,
  WorkerAnswer,
  WorkerRequest,
  WorkerSettings,
} from './worker-protocol.js';

interface Waiting {
  readonly resolve: (value: readonly Row[] | number) => void;
  readonly reject: (error: Error) => void;
}

/** A connection in a worker thread; requests are answered in the order of the calls. */
export class SqliteConnection {
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #gone: StorageUnavailableError | null = null;
  #closing: Promise<void> | null = null;

  private constructor(
    private readonly backend: string,
    private readonly worker: Worker,
    /** Version of the SQLite library. */
    readonly sqliteVersion: string,
  ) {
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#lost(`the SQLite thread failed: ${error.message}`));
    worker.on('exit', () => this.#lost('the SQLite thread has ended'));
  }

  /**
   * Throws StorageUnavailableError if the file cannot be opened now, and ConfigurationError if the
   * file or its schema cannot be used.
   */
  static async open(backend: string, settings: WorkerSettings): Promise<SqliteConnection> {
    const worker = startThread(settings);
    const opened = await firstMessage(backend, worker);
    if (opened.opened) return new SqliteConnection(backend, worker, opened.sqliteVersion);
    await worker.terminate();
    throw toOpenError(backend, settings.path, opened.failure);
  }

  /** Rejects with StorageUnavailableError if the thread ends before it has answered. */
  send(request: WorkerRequest): Promise<readonly Row[] | number> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      this.#nextId += 1;
      this.#post({ id: this.#nextId, request });
      this.#waiting.set(this.#nextId, { resolve, reject });
    });
  }

  /** Requests without an answer; the thread is processing the first of them. */
  get underWay(): number {
    return this.#waiting.size;
  }

  get isOpen(): boolean {
    return this.#gone === null;
  }

  /** Waits for pending answers; then the thread closes the file and ends. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    if (this.#gone !== null) return;
    const ended = once(this.worker, 'exit');
    this.#post('close');
    await ended;
  }

  #post(message: Envelope | 'close'): void {
    this.worker.postMessage(message);
  }

  #settle(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(toStorageError(this.backend, answer.failure));
  }

  #lost(reason: string): void {
    this.#gone ??= new StorageUnavailableError(this.backend, reason);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}

function firstMessage(backend: string, worker: Worker): Promise<Opened> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', ({ message }) => {
      reject(
        new ConfigurationError(
          `The SQLite thread does not start: ${message}. Install the dependencies again with "npm ci".`,
        ),
      );
    });
    worker.once('exit', () => {
      reject(new StorageUnavailableError(backend, 'the SQLite thread ended while it started'));
    });
  });
}
