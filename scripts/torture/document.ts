import type { TortureReport } from '../../test/faults/torture/kill-loop.js';

export interface Result {
  readonly store: string;
  readonly report: TortureReport;
}

const BEGIN = '<!-- results: written by npm run torture -->';
const END = '<!-- end of results -->';

/** docs/durability.md with the results of a run in place of the ones before. */
export function durabilityDocument(results: readonly Result[], seed: string, text: string) {
  const rows = results.map(({ store, report }) => {
    const { kills, databaseKills, answeredWrites, records, verifications, lost } = report;
    return `| ${store} | ${kills} | ${databaseKills} | ${answeredWrites} | ${records} | ${verifications} | ${lost.length} |`;
  });
  const table = [
    '| store | kills of the service | of these with the database killed too | writes answered | records | times everything was read back | lost or older than answered |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
  const day = new Date().toISOString().slice(0, 10);
  const block = `${BEGIN}\n${day}, Node ${process.version}, seed ${seed}:\n\n${table}\n${END}`;
  const from = text.indexOf(BEGIN);
  const until = text.indexOf(END);
  if (from < 0 || until < 0) throw new Error('docs/durability.md has no place for results');
  return { table, text: text.slice(0, from) + block + text.slice(until + END.length) };
}
