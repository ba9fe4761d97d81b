import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, mysqlServers } from '../mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../mysql-servers/provided.js';
import { freePort } from '../processes/free-port.js';
import { mysqlEnv } from '../processes/mysql-service.js';
import { ServiceProcess } from '../processes/service-process.js';

/** Where a service stores its records: a file if there is no server. */
export interface Store {
  readonly label: string;
  readonly server: MysqlServer | null;
}

export const SQLITE: Store = { label: 'SQLite', server: null };

/** SQLite, and the first MariaDB of this run. */
export function stores(): readonly Store[] {
  const server = mysqlServers().find(({ label }) => label.startsWith('MariaDB'));
  return server === undefined ? [SQLITE] : [SQLITE, { label: 'MariaDB', server }];
}

/** A service that the tests of a suite share. */
export class SuiteService {
  private constructor(
    private running: ServiceProcess,
    private readonly options: Parameters<typeof ServiceProcess.start>[0],
    private readonly cleanUp: () => Promise<unknown>,
  ) {}

  static async start({ server }: Store, env: Record<string, string> = {}): Promise<SuiteService> {
    const cwd = await mkdtemp(join(tmpdir(), 'ps-console-'));
    const database = server === null ? null : await freshDatabase(server);
    const place = database === null ? {} : mysqlEnv(database.url);
    const options = { cwd, env: { ...place, ...env }, port: await freePort() };
    const running = await ServiceProcess.start(options);
    return new SuiteService(running, options, async () => {
      await database?.drop();
      await rm(cwd, { recursive: true, force: true });
    });
  }

  get process(): ServiceProcess {
    return this.running;
  }

  at(path: string): string {
    return `${this.running.url}/console/${path}`;
  }

  /** Ends the process without a warning. */
  async kill(): Promise<void> {
    await this.running.kill();
  }

  /** At the same address. */
  async startAgain(): Promise<void> {
    this.running = await ServiceProcess.start(this.options);
  }

  async stop(): Promise<void> {
    await this.running.kill();
    await this.cleanUp();
  }
}
