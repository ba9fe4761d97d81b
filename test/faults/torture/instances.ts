import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceProcess } from '../../support/processes/service-process.js';

/** Small buffers, so that kills hit flushes and not only the journal. */
export const BUFFER = {
  BUFFER_MAX_BUFFER_SIZE: '500',
  BUFFER_FLUSH_INTERVAL: '1',
  LOGGING_LEVEL: 'warn',
};

/** The instances of the service that share a store, each with its own data folder. */
export class Instances {
  readonly #folders: readonly string[];
  /** Null while an instance is down. */
  readonly #running: (ServiceProcess | null)[];

  constructor(
    private readonly envOf: (index: number) => Readonly<Record<string, string>>,
    cwd: string,
    readonly count: number,
  ) {
    this.#folders = Array.from({ length: count }, (_, index) => join(cwd, `instance-${index}`));
    this.#running = this.#folders.map(() => null);
  }

  /** URLs of the running instances. */
  get urls(): readonly string[] {
    return this.#running.flatMap((service) => service?.url ?? []);
  }

  async start(index: number): Promise<void> {
    const cwd = this.#folders[index] as string;
    await mkdir(cwd, { recursive: true });
    this.#running[index] = await ServiceProcess.start({ env: this.envOf(index), cwd });
  }

  async startAll(): Promise<void> {
    // One after the other: the first one migrates the schema.
    for (const [index, service] of this.#running.entries()) {
      if (service === null) await this.start(index);
    }
  }

  /** Sends SIGKILL; no request is sent to the instance from then on. */
  async kill(index: number): Promise<void> {
    const service = this.#running[index];
    this.#running[index] = null;
    await service?.kill();
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#running.map((_, index) => this.kill(index)));
  }

  /** Stops it gracefully; throws if it does not end properly. */
  async stop(index: number): Promise<void> {
    const service = this.#running[index];
    this.#running[index] = null;
    const code = (await service?.stop()) ?? 0;
    if (code !== 0) throw new Error(`the service ended with ${code}:\n${service?.output}`);
  }

  async stopAll(): Promise<void> {
    for (const index of this.#running.keys()) await this.stop(index);
  }
}
