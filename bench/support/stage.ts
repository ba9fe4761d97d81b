import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '../../test/support/mysql-servers/fresh-database.js';
import { startPrivateMariaDb } from '../../test/support/mysql-servers/private-mariadb.js';
import type { PrivateServer } from '../../test/support/mysql-servers/private-server.js';
import {
  type ServiceOptions,
  ServiceProcess,
} from '../../test/support/processes/service-process.js';
import { type Dataset, fill, TASKS_PER_SESSION } from './dataset.js';
import { HttpClient } from './http.js';
import { databaseOf, type Place } from './place.js';
import { plainMysql, plainSqlite } from './plain-table.js';
import { processorTime } from './processor-time.js';
import type { TaskBody } from './records.js';
import { rawMysql, rawSqlite } from './yardstick.js';

export type StoreName = 'sqlite' | 'mysql';

/** A service in its own process. */
export interface Running {
  readonly service: ServiceProcess;
  readonly client: HttpClient;
}

/**
 * Settings of a small production server: everything durable, a buffer pool that holds the indexes.
 */
const SERVER_ARGS = ['--innodb-buffer-pool-size=2G', '--innodb-log-file-size=1G'];

/** The same flags as in `npm start` and deployment/ (test/unit/deployment/node-flags.test.ts). */
const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=100'];

/** Provides stores and services for scenarios. */
export class Stage {
  readonly #folders: string[] = [];
  readonly #services: ServiceProcess[] = [];
  #filled: Promise<Place> | null = null;

  private constructor(
    readonly store: StoreName,
    /** A tenth of the rows and the time, to check that the bench works. */
    readonly quick: boolean,
    /** Sessions of the data set. */
    private readonly sessions: number,
    private readonly server: PrivateServer | null,
    private readonly onProgress: (what: string) => void,
  ) {}

  static async open(
    store: StoreName,
    quick: boolean,
    sessions: number,
    onProgress: (what: string) => void,
  ): Promise<Stage> {
    const server = store === 'mysql' ? await startPrivateMariaDb({ args: SERVER_ARGS }) : null;
    return new Stage(store, quick, sessions, server, onProgress);
  }

  get storeLabel(): string {
    return this.server?.label ?? 'SQLite';
  }

  /** Rows, seconds or requests of a full run; a tenth of them in a quick run. */
  amount(full: number): number {
    return this.quick ? Math.ceil(full / 10) : full;
  }

  get dataset(): Dataset {
    const sessions = this.amount(this.sessions);
    return { sessions, tasks: sessions * TASKS_PER_SESSION, unfinished: this.amount(50_000) };
  }

  /** An empty place. */
  async place(): Promise<Place> {
    const folder = await mkdtemp(join(tmpdir(), 'ps-bench-'));
    this.#folders.push(folder);
    const { server } = this;
    return { folder, database: server === null ? null : await createDatabase(server.url, 'bench') };
  }

  /** The place with the data set, created once per run. */
  filled(): Promise<Place> {
    this.#filled ??= this.#fill();
    return this.#filled;
  }

  /** Starts the built service, with the node arguments in BENCH_NODE_ARGS, such as `--cpu-prof`. */
  start(place: Place, env: Readonly<Record<string, string>> = {}): Promise<Running> {
    const nodeArgs = [...NODE_FLAGS, ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? [])];
    return this.run(place, { env: { LOGGING_LEVEL: 'warn', ...env }, nodeArgs });
  }

  /** Starts a program that is configured as the service is, and waits until it answers. */
  async run(place: Place, options: Omit<ServiceOptions, 'cwd'>): Promise<Running> {
    const store = place.database === null ? {} : environmentOf(place.database.url);
    const service = await ServiceProcess.start({
      ...options,
      cwd: place.folder,
      env: { ...store, ...options.env },
    });
    this.#services.push(service);
    return { service, client: new HttpClient(service.url) };
  }

  /** Rows per second that the bare driver upserts on this machine: the yardstick. */
  async raw(place: Place, rows: number): Promise<number> {
    if (place.database !== null) return rawMysql(place.database.url, rows);
    return rawSqlite(place.folder, rows);
  }

  /** Seconds that the bare driver takes for the tasks in a plain table of its own. */
  async plain(place: Place, tasks: readonly TaskBody[]): Promise<number> {
    if (place.database !== null) return plainMysql(place.database.url, tasks);
    return plainSqlite(place.folder, tasks);
  }

  /** Processor time of the database server so far, seconds; 0 for SQLite, which has none. */
  serverTime(): number {
    return this.server === null ? 0 : processorTime(this.server.pid);
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.kill();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
    await this.server?.dispose();
  }

  async #fill(): Promise<Place> {
    const { sessions, tasks } = this.dataset;
    this.onProgress(`filling the store with ${tasks} tasks in ${sessions} sessions`);
    const place = await this.place();
    await fill(place, this.dataset, this.onProgress);
    return place;
  }
}

function environmentOf(databaseUrl: string): Record<string, string> {
  const { host, port, user, database } = databaseOf(databaseUrl);
  return {
    STORAGE_BACKEND: 'mysql',
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_USER: user,
    DATABASE_DATABASE: database,
  };
}

/** Stops a service gracefully, and waits for its end. */
export async function stop({ service, client }: Running): Promise<void> {
  client.close();
  const code = await service.stop();
  if (code !== 0) throw new Error(`the service ended with ${code}:\n${service.output}`);
}
