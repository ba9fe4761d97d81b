import type { Command } from 'commander';
import type { Config } from '../container.js';

/** Milliseconds: less than what a container's check is given. */
const PATIENCE = 4000;

interface HealthOptions {
  readonly config?: string;
  readonly json?: boolean;
}

interface Outcome {
  readonly url: string;
  /** As `GET /health` says it, or `unreachable`. */
  readonly status: string;
  /** What needs a look, in words. */
  readonly problems: readonly string[];
}

/**
 * `health`: asks the running service how it is. `onFailure` is called when it is unhealthy or does
 * not answer within 4 seconds; `degraded` is no failure, it serves.
 */
export function addHealthCommand(
  program: Command,
  configOf: (options: HealthOptions, command: Command) => Config,
  print: (line: string) => void,
  onFailure: () => void,
): void {
  program
    .command('health')
    .description('ask the running service how it is; exit code 1 when it is unhealthy or away')
    .option('-c, --config <file>', 'read this file instead of config/config.yaml')
    .option('--json', 'print one JSON object: url, status, problems')
    .usage('[options] [--section.key value …]')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options: HealthOptions, command: Command) => {
      const outcome = await ask(addressOf(configOf(options, command)));
      if (options.json === true) print(JSON.stringify(outcome));
      else for (const line of explained(outcome)) print(line);
      if (outcome.status !== 'healthy' && outcome.status !== 'degraded') onFailure();
    });
}

/** Where the configured service answers on this machine. */
export function addressOf({ service: { host, port } }: Pick<Config, 'service'>): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/health`;
}

async function ask(url: string): Promise<Outcome> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    const { status, problems = [] } = (await response.json()) as Partial<Outcome>;
    return { url, status: String(status ?? response.status), problems };
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message || String(cause) : message;
    return { url, status: 'unreachable', problems: [reason] };
  }
}

function explained({ url, status, problems }: Outcome): readonly string[] {
  return [`${status}: ${url}`, ...problems.map((problem) => `- ${problem}`)];
}
