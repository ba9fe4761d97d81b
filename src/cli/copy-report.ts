import type { Counts, Found } from '../application/copying/comparison.js';
import type { CopyReport } from '../application/copying/copy-store.js';
import { printable } from './text.js';

/** The answer with `--json`. */
export function answerOf(report: CopyReport) {
  const { outcome, records, written, quarantine, tombstones, checksums } = report;
  return {
    outcome,
    collections: Object.fromEntries(
      [...records].map(([name, counts]) => [name, { ...counts, written: written.get(name) ?? 0 }]),
    ),
    quarantine,
    tombstones,
    checksums,
    missing: report.missing,
    more: report.more,
    different: report.different,
    refused: report.refused,
  };
}

/** The result for people: what each store has. */
export function formatted(report: CopyReport, from: string, to: string): readonly string[] {
  const { records, written, quarantine, tombstones, checksums, outcome } = report;
  const row = (name: string, { source, target }: Counts, note = '') => {
    return [name, number(source), number(target), note];
  };
  const rows = [
    ['', from, to, ''],
    ...[...records].map(([name, counts]) => {
      const copied = written.get(name) ?? 0;
      return row(name, counts, copied === 0 ? 'nothing to copy' : `${number(copied)} copied`);
    }),
    row('in quarantine', quarantine),
    row('tombstones of deletes', tombstones),
    ['checksum', checksums.source, checksums.target, ''],
  ];
  return [...table(rows), OUTCOMES[outcome](from, to)];
}

/** The first and the last column aligned left, the others right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [names, left, right] = [widthOf(0), widthOf(1), widthOf(2)];
  return rows.map(([name = '', one = '', other = '', note = '']) =>
    `${name.padEnd(names)}  ${one.padStart(left)}  ${other.padStart(right)}  ${note}`.trimEnd(),
  );
}

const OUTCOMES: Readonly<Record<CopyReport['outcome'], (from: string, to: string) => string>> = {
  equal: (from, to) => `${from} and ${to} are equal.`,
  target_holds_more: (from, to) => `${to} holds everything of ${from}, and more.`,
  incomplete: (from, to) => `${to} does not hold everything of ${from}.`,
};

/** Warnings: the first of what is missing, of what the target holds besides, and of refusals. */
export function explained(report: CopyReport, from: string, to: string): readonly string[] {
  const { missing, more, refused, different, outcome } = report;
  const lines = [
    ...findings(`Refused by ${to}`, refused, from, to),
    ...findings(`Missing in ${to}`, missing, from, to),
    ...findings(`Only in ${to}, or newer there`, more, from, to),
  ];
  if (different.count > 0) {
    const names = different.first.map(({ collection, key }) => printable(`${collection} ${key}`));
    const rest = different.count - names.length;
    const others = rest === 0 ? '' : `, and ${number(rest)} more`;
    lines.push(`Different checksums (${number(different.count)}): ${names.join(', ')}${others}`);
  }
  if (outcome === 'incomplete') {
    lines.push(
      `If a service uses ${from}, it has changed during the copy. Run the command again; the last time while the service is stopped.`,
    );
  }
  return lines;
}

function findings(
  title: string,
  { count, first }: Found,
  from: string,
  to: string,
): readonly string[] {
  if (count === 0) return [];
  const shown = count > first.length ? `, the first ${first.length}` : '';
  const named = (what: string) => what.replace('the target', to).replace('the source', from);
  return [
    `${title} (${number(count)}${shown}):`,
    ...first.map((each) => printable(`  ${each.collection} ${each.key}: ${named(each.what)}`)),
  ];
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
