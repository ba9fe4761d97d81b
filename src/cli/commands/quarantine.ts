import type { Command } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../adapters/config/read-flags.js';
import type { CommandContext } from '../context.js';
import { wholeNumber } from '../numbers.js';
import { clientOf, RequestError, type ServiceClient } from '../service-client.js';
import { type TargetOptions, withTarget } from '../target.js';
import { counted } from '../text.js';
import { each } from './each.js';
import { listQuarantine } from './quarantine-list.js';

interface QuarantineOptions extends TargetOptions {
  readonly json?: boolean;
}

const requeuedAnswer = z.looseObject({ requeued: z.number() });
const droppedAnswer = z.looseObject({ status: z.literal('deleted') });

/** `quarantine list|requeue|drop`: commands for records that the store refused. */
export function addQuarantineCommand(program: Command, context: CommandContext): void {
  const quarantine = program.command('quarantine').description('records that the store refused');

  withTarget(quarantine.command('list'))
    .description('list them with the reason, newest first')
    .option('--limit <records>', 'list at most this many', wholeNumber(1, 999_999_999))
    .option('--json', 'print one JSON object: total, and items with the records')
    .action((options: QuarantineOptions & { readonly limit?: number }) =>
      listQuarantine(clientOf(context, options), context.print, options),
    );

  withTarget(quarantine.command('requeue'), ' [ids...]')
    .description('retry records: those with these ids, or all')
    .argument('[ids...]', 'as list shows them')
    .option('--all', 'all quarantined records')
    .option('--json', 'print one JSON object: requeued, and failed with the reasons')
    .action(async (ids: string[], options: QuarantineOptions & { readonly all?: boolean }) => {
      const all = options.all === true;
      if (all === ids.length > 0) throw new UsageError('requeue: name ids, or use --all');
      const client = clientOf(context, options);
      if (all) await requeueAll(client, context, options.json === true);
      else await each(ids, 'requeued', (id) => requeue(client, id), context, options);
    });

  withTarget(quarantine.command('drop'), ' <ids...>')
    .description('delete records permanently')
    .argument('<ids...>', 'as list shows them')
    .option('--json', 'print one JSON object: dropped, and failed with the reasons')
    .action((ids: string[], options: QuarantineOptions) => {
      const client = clientOf(context, options);
      return each(ids, 'dropped', (id) => drop(client, id), context, options);
    });
}

async function requeueAll(client: ServiceClient, { print }: CommandContext, json: boolean) {
  const { requeued } = await client.ask('admin', requeuedAnswer, (api) => api.requeueQuarantine());
  print(
    json
      ? JSON.stringify({ requeued, failed: [] })
      : `Requeued ${counted(requeued, 'record')}. Records that the store refuses again stay in quarantine.`,
  );
}

/** One request per id, because the service only returns the number of records that it found. */
async function requeue(client: ServiceClient, id: string): Promise<void> {
  const { requeued } = await client.ask('admin', requeuedAnswer, (api) =>
    api.requeueQuarantine({ ids: [id] }),
  );
  if (requeued > 0) return;
  const detail = `No record ${JSON.stringify(id)} is in quarantine.`;
  throw new RequestError(detail, { error_code: 'HTTP_404', detail });
}

async function drop(client: ServiceClient, id: string): Promise<void> {
  await client.ask('admin', droppedAnswer, (api) => api.dropQuarantined(id));
}
