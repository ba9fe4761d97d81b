import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../context.js';
import { clientOf } from '../service-client.js';
import { type TargetOptions, withTarget } from '../target.js';
import { aligned, printable, type Row, size } from '../text.js';

interface StatsOptions extends TargetOptions {
  readonly fresh?: boolean;
  readonly json?: boolean;
}

const byStatus = z.record(z.string(), z.number());
const statistics = z.looseObject({
  sessions: z.looseObject({ total: z.number(), by_status: byStatus }),
  tasks: z.looseObject({
    total: z.number(),
    by_status: byStatus,
    avg_duration_ms: z.number().nullable(),
    avg_confidence: z.number().nullable(),
    total_retries: z.number(),
  }),
  storage: z.array(
    z.looseObject({
      backend: z.string(),
      driver: z.string(),
      collections: z.array(z.string()),
      size_bytes: z.number(),
    }),
  ),
});
type Statistics = z.infer<typeof statistics>;

/** `stats`: counts, averages and sizes of what is stored. */
export function addStatsCommand(program: Command, context: CommandContext): void {
  withTarget(program.command('stats'))
    .description('show what the running service has stored: counts by status, averages, sizes')
    .option('--fresh', 'first wait until everything accepted is stored')
    .option('--json', 'print the answer of the service, one JSON object')
    .action(async (options: StatsOptions) => {
      const { fresh } = options;
      const answer = await clientOf(context, options).ask('read', statistics, (client) =>
        client.getStatistics({ fresh }),
      );
      if (options.json === true) context.print(JSON.stringify(answer));
      else for (const line of formatted(answer)) context.print(line);
    });
}

/** The lines of the output for people. */
export function formatted({ sessions, tasks, storage }: Statistics): readonly string[] {
  return aligned([
    ['sessions', grouped(sessions.total)],
    ...rowsOf(sessions.by_status),
    ['tasks', grouped(tasks.total)],
    ...rowsOf(tasks.by_status),
    ['average duration', known(tasks.avg_duration_ms, (mean) => `${grouped(mean)} ms`)],
    ['average confidence', known(tasks.avg_confidence, (mean) => mean.toFixed(4))],
    ['retries', grouped(tasks.total_retries)],
    ...storage.map(
      ({ backend, driver, collections, size_bytes }): Row => [
        `size of ${printable(backend)}`,
        size(size_bytes),
        printable(`${driver}: ${collections.join(', ')}`),
      ],
    ),
  ]);
}

function rowsOf(counts: Readonly<Record<string, number>>): readonly Row[] {
  return Object.entries(counts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([status, count]) => [`  ${printable(status)}`, grouped(count)]);
}

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function known(mean: number | null, shown: (mean: number) => string): string {
  return mean === null ? 'none' : shown(mean);
}
