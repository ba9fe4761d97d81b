import { Command, Option } from 'commander';
import { ServiceClient } from './replay/client.js';
import { play } from './replay/play.js';
import { progressBar } from './replay/progress.js';
import { countLines } from './replay/read-lines.js';
import { report } from './replay/report.js';
import { WRITES_PER_RECORD } from './replay/states.js';
import { verify } from './replay/verify.js';

interface Options {
  readonly url: string;
  readonly batch: string;
  readonly clients: string;
  readonly patience: string;
  readonly apiKey?: string;
}

const program = new Command('replay')
  .description(
    'Plays a translation job against a running service, as a backend would, and checks that everything reads back equal.',
  )
  .argument('<sessions>', 'sessions in their final state, one JSON object a line; .gz is unpacked')
  .argument('<tasks>', 'tasks in their final state, one JSON object a line; .gz is unpacked')
  .option('--url <url>', 'of the service', 'http://127.0.0.1:8001')
  .option('--batch <records>', 'records in a request', '100')
  .option('--clients <clients>', 'sessions played at the same time', '4')
  .option(
    '--patience <seconds>',
    'how long to go on while the service does not answer or is full',
    '120',
  )
  .addOption(new Option('--api-key <key>', 'Bearer token').env('PERSISTENCE_API_KEY'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(replay);

async function replay(sessions: string, tasks: string, options: Options): Promise<void> {
  const client = new ServiceClient(options.url, Number(options.patience), options.apiKey);
  const records = (await countLines(sessions)) + (await countLines(tasks));
  const played = await play(client, {
    sessions,
    tasks,
    batch: Number(options.batch),
    clients: Number(options.clients),
    progress: progressBar('writing', records * WRITES_PER_RECORD),
  });
  const flushed = await client.post('/flush', undefined);
  const verified = await verify(client, sessions, tasks, progressBar('reading', records));
  report(client, played, flushed, verified);
  process.exitCode = verified.differences.length === 0 ? 0 : 1;
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
