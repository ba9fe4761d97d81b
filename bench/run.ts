import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { cleanup, largeBatch } from './scenarios/bystanders.js';
import { durability } from './scenarios/durability.js';
import { firstDesign } from './scenarios/first-design.js';
import { growth } from './scenarios/growth.js';
import { lists } from './scenarios/lists.js';
import { overview } from './scenarios/overview.js';
import { plainTable } from './scenarios/plain-table.js';
import { starting } from './scenarios/starting.js';
import { steady } from './scenarios/steady.js';
import { distinct, lifecycle, lifecycleLargeBuffer } from './scenarios/writing.js';
import { type Figure, isMet } from './support/figure.js';
import { document, machine, merged, readResults, table } from './support/report.js';
import type { Scenario } from './support/scenario.js';
import { Stage, type StoreName } from './support/stage.js';

const RESULTS = join(import.meta.dirname, 'results.json');
const DOCUMENT = join(import.meta.dirname, '..', 'docs', 'performance.md');

/** Cleanup comes last: it deletes from the data set that the others read. */
const SCENARIOS: readonly Scenario[] = [
  starting,
  distinct,
  lifecycle,
  lifecycleLargeBuffer,
  plainTable,
  steady,
  firstDesign,
  durability,
  largeBatch,
  lists,
  overview,
  growth,
  cleanup,
];
const STORES = ['sqlite', 'mysql'] as const;
const SESSIONS = 1000;

interface Options {
  readonly store?: StoreName;
  readonly quick: boolean;
  readonly only?: readonly string[];
  readonly sessions: number;
  readonly write: boolean;
}

const program = new Command('bench')
  .description('Measures the built service against the bare driver, in one run.')
  .addOption(new Option('--store <name>', 'one store; default: both').choices([...STORES]))
  .option('--quick', 'a tenth of the data and the time; nothing is written', false)
  .addOption(
    new Option('--only <names...>', 'some scenarios').choices(SCENARIOS.map(({ name }) => name)),
  )
  .option(
    '--sessions <number>',
    'sessions of the data set, 1,000 tasks each; with another number than 1000, only what depends on it is measured',
    Number,
    SESSIONS,
  )
  .option('--no-write', 'leave bench/results.json and docs/performance.md as they are')
  .action(run);

async function run(options: Options): Promise<void> {
  for (const store of STORES.filter((name) => (options.store ?? name) === name)) {
    await measure(store, options);
  }
}

async function measure(store: StoreName, { quick, only, sessions, write }: Options): Promise<void> {
  const stage = await Stage.open(store, quick, sessions, say);
  const isOther = sessions !== SESSIONS;
  const figures: Figure[] = [];
  try {
    for (const scenario of SCENARIOS) {
      const isAsked = only?.includes(scenario.name) ?? (!isOther || scenario.usesDataset);
      if (!isAsked) continue;
      say(`${stage.storeLabel}: ${scenario.name}. ${scenario.about}`);
      // A scenario that fails takes nothing from those that were measured.
      const found = await scenario.run(stage).catch((error: unknown) => {
        say(`${scenario.name} failed: ${error instanceof Error ? error.stack : String(error)}`);
        process.exitCode = 1;
        return [];
      });
      const size = `${stage.dataset.tasks.toLocaleString('en')} tasks: `;
      for (const figure of found)
        figures.push(isOther ? { ...figure, name: `${size}${figure.name}` } : figure);
    }
  } finally {
    await stage.close();
  }
  const before = await readResults(RESULTS);
  process.stdout.write(`\n${stage.storeLabel}\n${table(figures, before[store]?.figures)}\n\n`);
  if (!figures.every(isMet)) process.exitCode = 1;
  if (quick || !write) return;
  const results = merged(before[store], {
    server: stage.storeLabel,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    figures,
  });
  await writeFile(RESULTS, `${JSON.stringify({ ...before, [store]: results }, null, 2)}\n`);
  await document(DOCUMENT, store, results);
}

function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
