import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext, World } from '../context.js';
import { exchange } from '../service-client.js';
import { type Target, type TargetOptions, targetOf, withTarget } from '../target.js';
import { printable } from '../text.js';

/** Seconds: less than the timeout of a container health check. */
const PATIENCE = 4;

interface HealthOptions extends TargetOptions {
  readonly json?: boolean;
}

interface Outcome {
  readonly url: string;
  /** The status from `GET /health`, or `unreachable`. */
  readonly status: string;
  /** Descriptions of problems. */
  readonly problems: readonly string[];
}

const report = z.object({ status: z.string(), problems: z.array(z.string()).default([]) });
const refusal = z.object({ error_code: z.string(), detail: z.string() });

/**
 * `health`: shows the health of the running service. It fails if the service is unhealthy or does
 * not answer within 4 seconds; `degraded` is not a failure. It needs no key; with a key of the
 * scope admin, the service names the server that does not answer.
 */
export function addHealthCommand(program: Command, context: CommandContext): void {
  withTarget(program.command('health'))
    .description(
      'show the health of the running service; exit code 1 if it is unhealthy or unreachable',
    )
    .option('--json', 'print one JSON object: url, status, problems')
    .action(async (options: HealthOptions) => {
      const outcome = await ask(context, targetOf(context, options));
      if (options.json === true) context.print(JSON.stringify(outcome));
      else for (const line of formatted(outcome)) context.print(line);
      if (outcome.status !== 'healthy' && outcome.status !== 'degraded') context.fail();
    });
}

async function ask(world: World, { url: base, apiKey }: Target): Promise<Outcome> {
  const url = `${base}/health`;
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const answer = await exchange(world, url, PATIENCE, { headers });
  if ('noAnswer' in answer) return { url, status: 'unreachable', problems: [answer.noAnswer] };
  const checked = report.safeParse(answer.json);
  if (checked.success) return { url, ...checked.data };
  const refused = refusal.safeParse(answer.json);
  const problem = refused.success
    ? `${refused.data.error_code}: ${refused.data.detail}`
    : 'not the answer of this service';
  return { url, status: String(answer.status), problems: [problem] };
}

function formatted({ url, status, problems }: Outcome): readonly string[] {
  return [`${status}: ${url}`, ...problems.map((problem) => `- ${problem}`)].map(printable);
}
