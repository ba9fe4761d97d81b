import type { Command } from 'commander';
import { ApiError, NoAnswerError, UnexpectedAnswerError } from 'persistence-service/client';
import { z } from 'zod';
import type { CommandContext, World } from '../context.js';
import { plainClient } from '../service-client.js';
import { type Target, type TargetOptions, targetOf, withTarget } from '../target.js';
import { printable } from '../text.js';

/** Milliseconds: less than the timeout of a container health check. */
const PATIENCE = 4000;

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
const NOT_OURS = 'not the answer of this service';

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

async function ask(world: World, target: Target): Promise<Outcome> {
  const url = `${target.url}/health`;
  try {
    const found = report.safeParse(await plainClient(target, world, PATIENCE).getHealth());
    if (found.success) return { url, ...found.data };
    return { url, status: '200', problems: [NOT_OURS] };
  } catch (error) {
    if (error instanceof NoAnswerError) {
      return { url, status: 'unreachable', problems: [error.reason] };
    }
    if (error instanceof ApiError) {
      const { status, errorCode, detail } = error;
      return { url, status: String(status), problems: [`${errorCode}: ${detail}`] };
    }
    if (!(error instanceof UnexpectedAnswerError)) throw error;
    return { url, status: String(error.status), problems: [NOT_OURS] };
  }
}

function formatted({ url, status, problems }: Outcome): readonly string[] {
  return [`${status}: ${url}`, ...problems.map((problem) => `- ${problem}`)].map(printable);
}
