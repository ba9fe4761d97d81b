import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../packing/cached-folder.js';
import { freePort } from '../processes/free-port.js';
import { takeTurn } from '../processes/turn.js';
import { logTail, runCommand } from './command.js';
import { answering, labelOf, withConnection } from './connection.js';
import { Guardian } from './guardian.js';
import {
  cheapServerArgs,
  DATA_OF_SERVERS,
  type PrivateServer,
  type PrivateServerOptions,
  ServerNotAvailable,
  START_TIMEOUT_MS,
  STOP_TIMEOUT_MS,
} from './private-server.js';

/** Shared by the projects beside this one: `start FOLDER PORT`, `stop FOLDER`, `kill FOLDER`. */
export const ORACLE_TOOL = join(import.meta.dirname, '../../../../shared/tools/mysql-server');
/** The exit code of the tool for unavailable packages. */
const NOT_TO_BE_HAD = 75;
/** The first start may download and unpack 60 MB. */
const INSTALL_TIMEOUT_MS = 300_000;
/** A port that says whose turn it is to download; free-port.ts gives higher ones. */
const DOWNLOAD_TURN = 19_999;

export interface OracleOptions extends PrivateServerOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Files of plugins that it loads, such as `group_replication.so`. */
  readonly plugins?: readonly string[];
  /** Unpacked packages to use; default: unpackedPackages(). */
  readonly packages?: string;
}

class PrivateOracle implements PrivateServer {
  label = 'MySQL';
  readonly url: string;
  readonly folder: string;
  readonly #env: Readonly<Record<string, string>>;
  #running = false;

  constructor(
    private readonly guardian: Guardian,
    private readonly port: number,
    { args = [], plugins = [] }: OracleOptions,
  ) {
    this.url = `mysql://root@127.0.0.1:${port}`;
    this.folder = guardian.folder;
    const temporary = join(this.folder, 'tmp');
    mkdirSync(temporary);
    const all = [...cheapServerArgs(temporary), ...this.#load(plugins), ...args];
    this.#env = { MYSQL_SERVER_ARGS: all.join(' ') };
  }

  get pid(): number {
    const file = join(this.folder, 'mysqld.pid');
    return this.#running && existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#tool('start', INSTALL_TIMEOUT_MS);
    this.#running = true;
    try {
      await answering({
        url: this.url,
        socket: join(this.folder, 'mysqld.sock'),
        timeoutMs: START_TIMEOUT_MS,
        ended: () => null,
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`MySQL did not start: ${reason}\n${this.#logs()}`, { cause });
    }
  }

  async stop(): Promise<void> {
    await this.#end('stop');
  }

  async kill(): Promise<void> {
    await this.#end('kill');
  }

  async dispose(): Promise<void> {
    await this.guardian.release();
    this.#running = false;
  }

  #load(plugins: readonly string[]): string[] {
    if (plugins.length === 0) return [];
    const folder = join(this.folder, 'root/usr/lib/mysql/plugin');
    return [`--plugin-dir=${folder}`, ...plugins.map((file) => `--plugin-load-add=${file}`)];
  }

  async #end(how: 'stop' | 'kill'): Promise<void> {
    if (!this.#running) return;
    const { pid } = this;
    await this.#tool(how, STOP_TIMEOUT_MS + 5_000);
    if (isAlive(pid)) throw new Error(`MySQL did not ${how} in time:\n${this.#logs()}`);
    this.#running = false;
    this.guardian.watch(null);
  }

  async #tool(command: 'start' | 'stop' | 'kill', timeoutMs: number): Promise<void> {
    const args = command === 'start' ? [this.folder, String(this.port)] : [this.folder];
    const { code, stderr } = await runCommand(['bash', ORACLE_TOOL, command, ...args], {
      timeoutMs,
      env: this.#env,
      // The other commands must not make the guardian stop watching the server.
      ...(command === 'start' ? { guardian: this.guardian } : {}),
    });
    if (code === NOT_TO_BE_HAD) throw new ServerNotAvailable(stderr.trim());
    if (code !== 0) {
      throw new Error(`mysql-server ${command} ended with ${code}: ${stderr}\n${this.#logs()}`);
    }
  }

  #logs(): string {
    return ['init.log', 'mysqld.log'].map((name) => logTail(join(this.folder, name))).join('\n');
  }
}

function isAlive(pid: number): boolean {
  try {
    // 0 would address our own process group.
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Unpacked packages: of the server in TEST_ORACLE_MYSQL_URL, if the tool started it on this machine,
 * otherwise downloaded once a day. Throws ServerNotAvailable like startPrivateOracle.
 */
export async function unpackedPackages(): Promise<string> {
  const url = process.env.TEST_ORACLE_MYSQL_URL;
  if (url === undefined) return downloadedPackages();
  const rows = await withConnection(url, (query) => query('SELECT @@basedir AS folder'));
  const folder = join(String(rows[0]?.folder), '..');
  return existsSync(join(folder, 'usr/sbin/mysqld')) ? folder : downloadedPackages();
}

async function downloadedPackages(): Promise<string> {
  if (!existsSync(ORACLE_TOOL))
    throw new ServerNotAvailable('there is no shared/tools/mysql-server');
  const today = new Date().toISOString().slice(0, 10);
  const giveBack = await takeTurn(DOWNLOAD_TURN);
  try {
    return await cachedFolder(DATA_OF_SERVERS, `mysql-packages-${today}`, async (folder) => {
      const guardian = Guardian.create('ps-test-mysql-');
      try {
        const server = new PrivateOracle(guardian, await freePort(), {});
        await server.restart();
        await server.stop();
        await cp(join(guardian.folder, 'root'), folder, {
          recursive: true,
          verbatimSymlinks: true,
          preserveTimestamps: true,
        });
      } finally {
        await guardian.release();
      }
    });
  } finally {
    await giveBack();
  }
}

/** Copies the data of a server of these packages that was never used. */
async function copyFreshData(packages: string, folder: string): Promise<void> {
  const { size, mtimeMs } = statSync(join(packages, 'usr/sbin/mysqld'));
  const fresh = await cachedFolder(DATA_OF_SERVERS, `mysql-${size}-${mtimeMs}`, async (data) => {
    const guardian = Guardian.create('ps-test-mysql-');
    symlinkSync(packages, join(guardian.folder, 'root'));
    try {
      const server = new PrivateOracle(guardian, await freePort(), {});
      await server.restart();
      await server.stop();
      await cp(join(guardian.folder, 'data'), data, { recursive: true });
      // The identity of a server: each makes its own.
      rmSync(join(data, 'auto.cnf'));
    } finally {
      await guardian.release();
    }
  });
  await cp(fresh, join(folder, 'data'), { recursive: true });
}

/**
 * Starts an Oracle MySQL with its own data folder, port and socket: about five seconds, and once a
 * day a minute or more, unless the server in TEST_ORACLE_MYSQL_URL has the packages. Throws ServerNotAvailable if the shared tool or the packages are not available.
 */
export async function startPrivateOracle(options: OracleOptions = {}): Promise<PrivateServer> {
  const packages = options.packages ?? (await unpackedPackages());
  const guardian = Guardian.create('ps-test-mysql-');
  try {
    symlinkSync(packages, join(guardian.folder, 'root'));
    await copyFreshData(packages, guardian.folder);
    const server = new PrivateOracle(guardian, options.port ?? (await freePort()), options);
    await server.restart();
    server.label = await labelOf(server.url);
    return server;
  } catch (error) {
    await guardian.release();
    throw error;
  }
}
