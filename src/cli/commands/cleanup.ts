import type { Command } from 'commander';
import { z } from 'zod';
import { DEFAULT_RETENTION, MAX_RETENTION_DAYS } from '../../domain/retention.js';
import type { CommandContext } from '../context.js';
import { wholeNumber } from '../numbers.js';
import { clientOf } from '../service-client.js';
import { type TargetOptions, withTarget } from '../target.js';
import { counted } from '../text.js';

interface CleanupOptions extends TargetOptions {
  readonly completedDays?: number;
  readonly failedDays?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const report = z.looseObject({
  deleted_sessions: z.number(),
  deleted_tasks: z.number(),
  dry_run: z.boolean(),
});

/** `cleanup`: deletes finished sessions that are old enough, or counts them. */
export function addCleanupCommand(program: Command, context: CommandContext): void {
  const days = wholeNumber(0, MAX_RETENTION_DAYS);
  const { completedDays, failedDays } = DEFAULT_RETENTION;
  withTarget(program.command('cleanup'))
    .description('delete old finished sessions with their tasks')
    .option('--dry-run', 'only count, delete nothing')
    .option(
      '--completed-days <days>',
      `after which a completed session is deleted; default ${completedDays}`,
      days,
    )
    .option(
      '--failed-days <days>',
      `after which a failed session is deleted; default ${failedDays}`,
      days,
    )
    .option('--json', 'print the answer of the service, one JSON object')
    .action(async (options: CleanupOptions) => {
      const answer = await clientOf(context, options).send({
        method: 'POST',
        path: `/sessions/cleanup${queryOf(options)}`,
        scope: 'admin',
        answer: report,
      });
      context.print(options.json === true ? JSON.stringify(answer) : formatted(answer));
    });
}

/** The service supplies the defaults of omitted parameters. */
function queryOf({ completedDays, failedDays, dryRun = false }: CleanupOptions): string {
  const query = new URLSearchParams({ dry_run: String(dryRun) });
  if (completedDays !== undefined) query.set('completed_days', String(completedDays));
  if (failedDays !== undefined) query.set('failed_days', String(failedDays));
  return `?${query}`;
}

function formatted({ deleted_sessions, deleted_tasks, dry_run }: z.infer<typeof report>): string {
  const what = `${counted(deleted_sessions, 'session')} and ${counted(deleted_tasks, 'task')}`;
  return dry_run ? `Would delete ${what}.` : `Deleted ${what}.`;
}
