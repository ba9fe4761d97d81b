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
      const { completedDays, failedDays, dryRun = false } = options;
      const answer = await clientOf(context, options).ask('admin', report, (client) =>
        // The service supplies the defaults of omitted parameters.
        client.cleanUpSessions({
          completed_days: completedDays,
          failed_days: failedDays,
          dry_run: dryRun,
        }),
      );
      context.print(options.json === true ? JSON.stringify(answer) : formatted(answer));
    });
}

function formatted({ deleted_sessions, deleted_tasks, dry_run }: z.infer<typeof report>): string {
  const what = `${counted(deleted_sessions, 'session')} and ${counted(deleted_tasks, 'task')}`;
  return dry_run ? `Would delete ${what}.` : `Deleted ${what}.`;
}
