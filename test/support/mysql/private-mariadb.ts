import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { freePort } from '../service-process.js';

const run = promisify(execFile);
const START_TIMEOUT = 60_000;

/** The server program, or null where there is none. */
export function mariadbProgram(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const candidates = folders.flatMap((folder) =>
    ['mariadbd', 'mysqld'].map((name) => join(folder, name)),
  );
  return candidates.find((program) => existsSync(program)) ?? null;
}

/** A MariaDB of our own: data folder, port and socket are private; root has no password. */
export class PrivateMariaDb {
  #child: ChildProcess | null = null;

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<PrivateMariaDb> {
    const program = mariadbProgram();
    if (program === null) throw new Error('neither mariadbd nor mysqld is installed');
    const folder = await mkdtemp(join(tmpdir(), 'ps-mariadb-'));
    const server = new PrivateMariaDb(program, folder, await freePort());
    try {
      await run('mariadb-install-db', [
        '--no-defaults',
        `--datadir=${server.#data}`,
        `--user=${userInfo().username}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ]);
      await server.up();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `mysql://root@127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  /** Starts it (again), with the same data on the same port. */
  async up(): Promise<void> {
    this.#child = spawn(
      this.program,
      [
        '--no-defaults',
        `--datadir=${this.#data}`,
        `--user=${userInfo().username}`,
        '--bind-address=127.0.0.1',
        `--port=${this.port}`,
        `--socket=${join(this.folder, 's')}`,
        `--pid-file=${join(this.folder, 'pid')}`,
        `--log-error=${join(this.folder, 'error.log')}`,
        '--innodb-buffer-pool-size=256M',
        '--skip-log-bin',
        // What a bare server may have: the service must not depend on it.
        '--character-set-server=latin1',
      ],
      { stdio: 'ignore' },
    );
    const deadline = performance.now() + START_TIMEOUT;
    for (;;) {
      try {
        const connection = await createConnection({ uri: this.url, connectTimeout: 1000 });
        await connection.end();
        return;
      } catch (error) {
        if (performance.now() < deadline && this.#child.exitCode === null) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          continue;
        }
        const log = await readFile(join(this.folder, 'error.log'), 'utf8').catch(() => '');
        throw new Error(`MariaDB did not start: ${String(error)}\n${log.slice(-2000)}`);
      }
    }
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Ends it and removes everything it had. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}
