import { setTimeout as wait } from 'node:timers/promises';
import { MultiBar } from 'cli-progress';
import type { Command } from 'commander';
import { z } from 'zod';
import { FINISHED_STATUSES } from '../../domain/status.js';
import type { CommandContext } from '../context.js';
import { clientOf, type ServiceClient } from '../service-client.js';
import { type TargetOptions, withTarget } from '../target.js';
import { aligned, counted, printable, type Row } from '../text.js';

interface ProgressOptions extends TargetOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

const counts = { total: z.number(), by_status: z.record(z.string(), z.number()) };
const progress = z.looseObject({
  session_id: z.string(),
  ...counts,
  sheets: z.array(z.looseObject({ sheet_name: z.string(), ...counts })),
});
type Progress = z.infer<typeof progress>;
type Counts = Pick<Progress, 'total' | 'by_status'>;

/** Milliseconds between two questions. */
const EVERY = 1000;

/** `progress`: how far a session is, once or until it is finished. */
export function addProgressCommand(program: Command, context: CommandContext): void {
  withTarget(program.command('progress <session>'))
    .description('show how far a session of the running service is, sheet by sheet')
    .option('--watch', 'show bars until every task is finished')
    .option('--json', 'print the answer of the service, one JSON object')
    .action(async (session: string, options: ProgressOptions) => {
      const client = clientOf(context, options);
      if (options.watch === true) return watch(client, session, context);
      const answer = await ask(client, session);
      if (options.json === true) context.print(JSON.stringify(answer));
      else for (const line of formatted(answer)) context.print(line);
    });
}

function ask(client: ServiceClient, session: string): Promise<Progress> {
  return client.ask('read', progress, (api) => api.getSessionProgress(session, { fresh: true }));
}

/** The lines of the output for people. */
export function formatted({ sheets, ...all }: Progress): readonly string[] {
  return aligned([
    ['all sheets', shareOf(all), statusesOf(all)],
    ...sheets.map(
      (sheet): Row => [`  ${printable(sheet.sheet_name)}`, shareOf(sheet), statusesOf(sheet)],
    ),
  ]);
}

function shareOf(of: Counts): string {
  return of.total === 0 ? '-' : `${Math.floor((100 * finished(of)) / of.total)} %`;
}

function statusesOf({ total, by_status }: Counts): string {
  const statuses = Object.entries(by_status).map(
    ([status, count]) => `${printable(status)} ${count.toLocaleString('en-US')}`,
  );
  return [counted(total, 'task'), ...statuses].join(', ');
}

function finished({ by_status }: Counts): number {
  return FINISHED_STATUSES.reduce((sum, status) => sum + (by_status[status] ?? 0), 0);
}

/** One bar for each sheet, until every task is finished. Without a terminal: a line for each change. */
async function watch(
  client: ServiceClient,
  session: string,
  { print }: CommandContext,
): Promise<void> {
  const bars = new MultiBar({
    stream: process.stderr,
    format: '{sheet} {bar} {percentage}% | {value} of {total} | {statuses}',
    clearOnComplete: false,
  });
  const known = new Map<string, ReturnType<MultiBar['create']>>();
  let last = '';
  try {
    for (;;) {
      const answer = await ask(client, session);
      const rows = [{ ...answer, sheet_name: 'all sheets' }, ...answer.sheets];
      const widest = Math.max(...rows.map(({ sheet_name }) => printable(sheet_name).length));
      for (const row of rows) {
        const sheet = printable(row.sheet_name).padEnd(widest);
        const shown = { sheet, statuses: statusesOf(row) };
        const bar = known.get(row.sheet_name) ?? bars.create(row.total, 0, shown);
        known.set(row.sheet_name, bar);
        bar.setTotal(row.total);
        bar.update(finished(row), shown);
      }
      const text = formatted(answer)[0] ?? '';
      if (process.stderr.isTTY !== true && text !== last) print(text);
      last = text;
      if (finished(answer) >= answer.total) return;
      await wait(EVERY);
    }
  } finally {
    bars.stop();
  }
}
