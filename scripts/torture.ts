import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type TortureReport, torture } from '../test/faults/torture/kill-loop.js';
import { seededRandom } from '../test/faults/torture/random.js';
import { storeForTorture } from '../test/faults/torture/stores.js';
import { durabilityDocument, type Result } from './torture/document.js';

const DOCUMENT = join(import.meta.dirname, '..', 'docs', 'durability.md');
const STORES = ['sqlite', 'mariadb', 'mysql', 'galera'] as const;

interface Options {
  readonly minutes: string;
  readonly kills?: string;
  readonly stores: string;
  readonly seed: string;
  readonly cluster: boolean;
  readonly write: boolean;
}

const program = new Command('torture')
  .description(
    'Repeatedly kills a service under load, and checks that no acknowledged write is lost.',
  )
  .option('--minutes <minutes>', 'how long, over all stores', '10')
  .option('--kills <kills>', 'end the run of a store after this many kills')
  .option('--stores <names>', `comma separated: ${STORES.join(', ')}`, 'sqlite,mariadb,mysql')
  .option('--cluster', 'the same as --stores galera: three instances on three nodes', false)
  .option('--seed <number>', 'seed of the random choices', String(Date.now() % 1_000_000))
  .option('--no-write', 'leave docs/durability.md as it is')
  .action(run);

async function run(options: Options): Promise<void> {
  const wanted = options.cluster ? ['galera'] : options.stores.split(',');
  const names = STORES.filter((name) => wanted.includes(name));
  const milliseconds = (Number(options.minutes) * 60_000) / names.length;
  const results: Result[] = [];
  for (const name of names) {
    const store = await storeForTorture(name);
    if (store === null) {
      process.stdout.write(`${name}: NOT TESTED, no such server is available\n`);
      continue;
    }
    const cwd = await mkdtemp(join(tmpdir(), 'ps-torture-'));
    try {
      const report = await torture({
        ...store,
        cwd,
        kills: Number(options.kills ?? Number.POSITIVE_INFINITY),
        milliseconds,
        random: seededRandom(Number(options.seed)),
        onRound: (round) => progress(name, round),
      });
      results.push({ store: store.label, instances: store.instances, report });
      if (report.discrepancies.length > 0) process.exitCode = 1;
    } finally {
      await store.dispose();
      await rm(cwd, { recursive: true, force: true });
    }
  }
  const document = durabilityDocument(results, options.seed, await readFile(DOCUMENT, 'utf8'));
  process.stdout.write(`${document.table}\n`);
  if (options.write) await writeFile(DOCUMENT, document.text);
}

function progress(name: string, report: TortureReport): void {
  const { kills, answeredWrites, answeredDeletes, discrepancies } = report;
  process.stderr.write(
    `${name}: ${kills} kills, ${answeredWrites} writes and ${answeredDeletes} deletes acknowledged, ${discrepancies.length} faults\n`,
  );
  for (const each of discrepancies.slice(0, 10))
    process.stderr.write(`  ${JSON.stringify(each)}\n`);
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
