import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../packing/cached-folder.js';
import { freePort } from '../processes/free-port.js';
import { findProgram, logTail, runCommand } from './command.js';
import { answering, labelOf } from './connection.js';
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

interface Programs {
  readonly server: string;
  readonly install: string;
  /** What the server prints. */
  readonly version: string;
}

/** Throws ServerNotAvailable, with the reason, if MariaDB is not installed. */
function findMariaDb(): Programs {
  const server = findProgram('mariadbd', 'mysqld');
  if (server === null) throw notInstalled('neither mariadbd nor mysqld is installed');
  const version = execFileSync(server, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  if (!version.includes('MariaDB')) throw notInstalled(`${server} is not MariaDB`);
  const install = findProgram('mariadb-install-db', 'mysql_install_db');
  if (install === null) throw notInstalled('mariadb-install-db is not installed');
  return { server, install, version };
}

/** CI must have it; the machine of a developer may not. */
function notInstalled(reason: string): Error {
  return process.env.CI ? new Error(reason) : new ServerNotAvailable(reason);
}

/** The server refuses to run as root without this option. */
const userArgs = process.getuid?.() === 0 ? ['--user=root'] : [];

/** The same for the data and its server, or the server writes its log file anew. */
const LOG_SIZE = '--innodb-log-file-size=64M';

async function installData(program: string, data: string, guardian: Guardian): Promise<void> {
  const options = [
    '--no-defaults',
    // "For packagers": does not change the owner of the system's PAM helper.
    '--rpm',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    LOG_SIZE,
  ];
  const { code, stdout, stderr } = await runCommand([program, ...options, ...userArgs], {
    timeoutMs: START_TIMEOUT_MS,
    guardian,
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${stdout}${stderr}`);
}

class PrivateMariaDb implements PrivateServer {
  label = 'MariaDB';
  readonly url: string;
  readonly folder: string;
  readonly #log: string;
  readonly #socket: string;
  #process: ChildProcess | null = null;

  constructor(
    private readonly programs: Programs,
    private readonly guardian: Guardian,
    private readonly port: number,
    private readonly args: readonly string[],
  ) {
    this.url = `mysql://root@127.0.0.1:${port}`;
    this.folder = guardian.folder;
    this.#log = join(this.folder, 'server.log');
    this.#socket = join(this.folder, 'server.sock');
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The data of a server that was never used. */
  async install(): Promise<void> {
    mkdirSync(join(this.folder, 'tmp'));
    const { install, version } = this.programs;
    const name = `mariadb-${createHash('sha256').update(version).digest('hex').slice(0, 16)}`;
    const fresh = await cachedFolder(DATA_OF_SERVERS, name, (data) =>
      installData(install, data, this.guardian),
    );
    await cp(fresh, join(this.folder, 'data'), { recursive: true });
  }

  async restart(): Promise<void> {
    await this.stop();
    const log = openSync(this.#log, 'a');
    const options = [
      '--no-defaults',
      `--datadir=${join(this.folder, 'data')}`,
      '--bind-address=127.0.0.1',
      `--port=${this.port}`,
      `--socket=${this.#socket}`,
      `--pid-file=${join(this.folder, 'server.pid')}`,
      '--skip-log-bin',
      '--skip-name-resolve',
      // Defaults of a server without configuration: nothing may depend on them.
      '--character-set-server=latin1',
      LOG_SIZE,
      ...cheapServerArgs(join(this.folder, 'tmp')),
      ...userArgs,
      ...this.args,
    ];
    const child = spawn(this.programs.server, options, {
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    let ended: string | null = null;
    child.once('error', (error) => {
      ended = error.message;
    });
    child.once('exit', (code, signal) => {
      ended = `it ended with ${code ?? signal}`;
    });
    if (child.pid !== undefined) this.guardian.watch(child.pid);
    child.unref();
    this.#process = child;
    try {
      await answering({
        url: this.url,
        socket: this.#socket,
        timeoutMs: START_TIMEOUT_MS,
        ended: () => ended,
      });
    } catch (cause) {
      await this.kill();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`MariaDB did not start: ${reason}\n${logTail(this.#log)}`, { cause });
    }
  }

  async stop(): Promise<void> {
    const late = setTimeout(() => this.#process?.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const signal = await this.#end('SIGTERM').finally(() => clearTimeout(late));
    if (signal === 'SIGKILL') {
      throw new Error(
        `MariaDB did not shut down within ${STOP_TIMEOUT_MS} ms:\n${logTail(this.#log)}`,
      );
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async dispose(): Promise<void> {
    await this.guardian.release();
    this.#process = null;
  }

  /** Resolves with the signal that ended it, once it has ended; at once if it does not run. */
  async #end(signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
    const child = this.#process;
    if (child === null) return null;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.ref();
      child.kill(signal);
      await exited;
    }
    this.#process = null;
    this.guardian.watch(null);
    return child.signalCode;
  }
}

/**
 * Starts a MariaDB with its own data folder, port and socket; takes about two seconds. Throws
 * ServerNotAvailable if MariaDB is not installed, and another error for that under CI.
 */
export async function startPrivateMariaDb(
  options: PrivateServerOptions = {},
): Promise<PrivateServer> {
  const programs = findMariaDb();
  const guardian = Guardian.create('ps-test-mariadb-');
  try {
    const port = await freePort();
    const server = new PrivateMariaDb(programs, guardian, port, options.args ?? []);
    await server.install();
    await server.restart();
    server.label = await labelOf(server.url);
    return server;
  } catch (error) {
    await guardian.release();
    throw error;
  }
}
