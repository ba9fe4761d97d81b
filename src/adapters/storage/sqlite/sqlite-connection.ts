import { Worker } from 'node:worker_threads';
import { ConfigurationError, StorageUnavailableError } from '../../../domain/errors.js';
import type { Row } from '../sql/dialect.js';
import { toStorageError } from './sqlite-errors.js';
import {
  type Opened,
  SCHEMA_FAILURE,
  type WorkerAnswer,
  type WorkerRequest,
  type WorkerSettings,
} from './worker-protocol.js';

interface Waiting {
  readonly resolve: (value: readonly Row[] | number) => void;
  readonly reject: (error: Error) => void;
}

/** A connection that lives in a worker thread; requests are answered in the order in which they came. */
export class SqliteConnection {
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #gone: StorageUnavailableError | null = null;

  private constructor(
    private readonly backend: string,
    private readonly worker: Worker,
    /** Version of the SQLite library. */
    readonly sqliteVersion: string,
  ) {
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#lost(`the SQLite thread failed: ${error.message}`));
    worker.on('exit', () => this.#lost('the SQLite connection is closed'));
  }

  /** Throws ConfigurationError when the file or its schema can't be used. */
  static async open(backend: string, settings: WorkerSettings): Promise<SqliteConnection> {
    const worker = startWorker(settings);
    const opened = await new Promise<Opened>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (opened.opened) return new SqliteConnection(backend, worker, opened.sqliteVersion);
    await worker.terminate();
    const { code, message } = opened.failure;
    throw new ConfigurationError(
      code === SCHEMA_FAILURE
        ? message
        : `sqlite.path: ${settings.path} cannot be opened (${code}: ${message}). Check that the folder exists, that it may be written, and that the file is an SQLite database.`,
    );
  }

  send(request: WorkerRequest): Promise<readonly Row[] | number> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      this.#nextId += 1;
      this.#waiting.set(this.#nextId, { resolve, reject });
      this.worker.postMessage({ id: this.#nextId, request });
    });
  }

  get isOpen(): boolean {
    return this.#gone === null;
  }

  /** Waits for the answers under way, then ends the thread. */
  async close(): Promise<void> {
    if (this.#gone !== null) return;
    await this.send({ kind: 'all', statement: { text: 'select 1', params: [] } }).catch(() => []);
    await this.worker.terminate();
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

function startWorker(workerData: WorkerSettings): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const file = new URL(`./sqlite.worker.${isSource ? 'ts' : 'js'}`, import.meta.url);
  if (!isSource) return new Worker(file, { workerData });
  // From source a thread does not inherit the loader of its parent, so it is registered inside.
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(file.href)}); })`;
  return new Worker(load, { eval: true, workerData });
}
