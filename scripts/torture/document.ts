import type { TortureReport } from '../../test/faults/torture/kill-loop.js';
import type { Fault } from '../../test/faults/torture/revisions.js';

export interface Result {
  readonly store: string;
  /** Number of instances that shared the store. */
  readonly instances: number;
  readonly report: TortureReport;
}

const BEGIN = '<!-- results: written by npm run torture -->';
const HEADS = [
  'store',
  'service kills',
  'database kills',
  'acknowledged writes',
  'of these before their session',
  'acknowledged deletes',
  'tasks',
  'full read-backs',
  'lost',
  'returned',
  'misplaced',
];
const END = '<!-- end of results -->';

/** Returns docs/durability.md with the results replaced. */
export function durabilityDocument(results: readonly Result[], seed: string, text: string) {
  const rows = results.map(({ store, instances, report }) => {
    const { kills, databaseKills, answeredWrites, answeredDeletes, answeredOrphans } = report;
    const { tasks, verifications, discrepancies } = report;
    const found = (fault: Fault) => discrepancies.filter((each) => each.fault === fault).length;
    const cells = [
      `${store}, ${instances === 1 ? 'one instance' : `${instances} instances`}`,
      kills,
      databaseKills,
      answeredWrites,
      answeredOrphans,
      answeredDeletes,
      tasks,
      verifications,
      found('lost'),
      found('returned'),
      found('misplaced'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const table = [`| ${HEADS.join(' | ')} |`, `|${'---|'.repeat(HEADS.length)}`, ...rows].join('\n');
  const day = new Date().toISOString().slice(0, 10);
  const block = `${BEGIN}\n${day}, Node ${process.version}, seed ${seed}:\n\n${table}\n${END}`;
  const from = text.indexOf(BEGIN);
  const until = text.indexOf(END);
  if (from < 0 || until < 0) throw new Error('docs/durability.md has no place for results');
  return { table, text: text.slice(0, from) + block + text.slice(until + END.length) };
}
