import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { RunningService } from './replay/client.js';
import { play } from './replay/play.js';
import { progressBar } from './replay/progress.js';
import { InputError } from './replay/read-lines.js';
import { report } from './replay/report.js';
import { survey } from './replay/survey.js';
import { verify } from './replay/verify.js';

const EXIT_DIFFERENT = 1;
const EXIT_USAGE = 2;
/** The limit of the service. */
const LARGEST_BATCH = 10_000;

interface Options {
  readonly url: string;
  readonly batch: number;
  readonly clients: number;
  readonly patience: number;
  readonly apiKeyFile?: string;
}

const program = new Command('replay')
  .description(
    'Replays a translation job against a running service, as a backend would, and checks that everything reads back equal.',
  )
  .argument('<sessions>', 'sessions in their final state, one JSON object per line, optionally .gz')
  .argument('<tasks>', 'tasks in their final state, one JSON object per line, optionally .gz')
  .option('--url <url>', 'of the service', httpUrl, 'http://127.0.0.1:8001')
  .option('--batch <records>', 'records in a request', wholeNumber(1, LARGEST_BATCH), 100)
  .option('--clients <clients>', 'batches in flight at the same time', wholeNumber(1, 1000), 4)
  .option(
    '--patience <seconds>',
    'how long to retry a request while the service does not answer or is full',
    wholeNumber(0, 86_400),
    120,
  )
  .addOption(
    new Option('--api-key-file <file>', 'contains the key; otherwise PERSISTENCE_API_KEY').env(
      'PERSISTENCE_API_KEY_FILE',
    ),
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 all equal; 1 differences, or the service could not be used; 2 usage error.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE))
  .action(replay);

async function replay(sessions: string, tasks: string, options: Options): Promise<void> {
  const found = await survey(sessions, tasks);
  const apiKey = keyOf(options);
  const client = new RunningService({ ...options, apiKey: apiKey === '' ? null : apiKey });
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  const played = await play(client, {
    survey: found,
    tasks,
    batch: options.batch,
    clients: options.clients,
    startedAt,
    progress: progressBar('writing', found.tasks, 'tasks'),
  });
  const flushed = await client.flush();
  const records = found.sessions.size + found.tasks;
  const progress = progressBar('reading', records, 'records');
  const verified = await verify(client, { survey: found, tasks, startedAt, progress });
  const { retries, writeLatencies, readLatencies } = client;
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(
    report({ played, flushed, verified, retries, writeLatencies, readLatencies, seconds }),
  );
  process.exitCode = verified.differences === 0 ? 0 : EXIT_DIFFERENT;
}

/** Never from the command line, which every user of the machine can read. */
function keyOf({ apiKeyFile }: Options): string {
  if (apiKeyFile === undefined) return process.env.PERSISTENCE_API_KEY ?? '';
  return readFileSync(apiKeyFile, 'utf8').trim();
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new InvalidArgumentError('expected an address such as http://127.0.0.1:8001');
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // Other clients may still be running.
  process.exit(error instanceof InputError ? EXIT_USAGE : EXIT_DIFFERENT);
});
