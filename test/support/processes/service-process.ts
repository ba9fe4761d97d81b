import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from './free-port.js';

/** The build of this checkout. */
export const BUILT = join(import.meta.dirname, '..', '..', '..', 'dist', 'main.js');

/** The program that a test starts: packed (packing/bundle.ts), or the build. */
export const programUnderTest = () => process.env.SERVICE_UNDER_TEST ?? BUILT;

export interface ServiceOptions {
  /**
   * Environment in addition to what the service needs; the rest of the test's environment is
   * hidden.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Its working directory: `data/` is created there. */
  readonly cwd: string;
  readonly port?: number;
  readonly args?: readonly string[];
  /** Arguments for node itself. */
  readonly nodeArgs?: readonly string[];
  /**
   * The command to run instead of the build of this checkout; `node` is the one that runs the test.
   */
  readonly command?: readonly string[];
  /** What runs the command, if not that node. */
  readonly program?: string;
  /** Descriptors in place of the pipes that `output` is read from. */
  readonly stdout?: number;
  readonly stderr?: number;
  readonly startTimeoutMs?: number;
}

/** A real service in its own process: the build of this checkout; in tests, packed (packing/bundle.ts). */
export class ServiceProcess {
  #output = '';
  readonly exited: Promise<number | NodeJS.Signals>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    const collect = (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString()).slice(-20_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 0));
    });
  }

  /** Starts it without waiting for an answer. */
  static async spawn(options: ServiceOptions): Promise<ServiceProcess> {
    const port = options.port ?? (await freePort());
    const { nodeArgs = [], args = [] } = options;
    const words = options.command?.slice(1) ?? [...nodeArgs, programUnderTest(), ...args];
    const child = spawn(options.program ?? process.execPath, words, {
      cwd: options.cwd,
      env: {
        PATH: process.env.PATH ?? '',
        SERVICE_PORT: String(port),
        ...options.env,
      },
      stdio: ['ignore', options.stdout ?? 'pipe', options.stderr ?? 'pipe'],
    });
    return new ServiceProcess(child, `http://127.0.0.1:${port}`);
  }

  /** Starts it and waits until it answers; throws with its output if it does not. */
  static async start(options: ServiceOptions): Promise<ServiceProcess> {
    const service = await ServiceProcess.spawn(options);
    await service.answering(options.startTimeoutMs ?? 30_000);
    return service;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The last 20,000 characters that it printed. */
  get output(): string {
    return this.#output;
  }

  async answering(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    let gone: number | NodeJS.Signals | null = null;
    void this.exited.then((code) => {
      gone = code;
    });
    while (performance.now() < deadline) {
      if (gone !== null) throw new Error(`the service ended with ${gone}:\n${this.#output}`);
      const alive = await fetch(`${this.url}/health/live`).then(
        (response) => response.ok,
        () => false,
      );
      if (alive) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.kill();
    throw new Error(`the service did not answer within ${timeoutMs} ms:\n${this.#output}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Sends SIGKILL and waits for the end. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Stops it gracefully; returns the exit code. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.child.kill('SIGTERM');
    return this.exited;
  }
}
