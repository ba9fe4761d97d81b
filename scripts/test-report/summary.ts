import { type Failure, failuresOf } from './failures.js';
import { type Coverage, type CoverageSummary, coverageByLayer, percent } from './layers.js';
import { skippedTests, sum, type Totals, totalsByLevel, type VitestReport } from './levels.js';

/** Number of tests listed; junit.xml has all. */
const SHOWN = 50;
/** Lines of the message of a failure: enough for what was expected and found, and where. */
const MESSAGE_LINES = 15;

/** The report as Markdown. `root` is the folder of the project. */
export function summaryOf(
  tests: VitestReport,
  coverage: CoverageSummary | null,
  root: string,
): string {
  const levels = totalsByLevel(tests);
  const rows = [...levels, ['total', sum(levels.values())] as const].map(([level, totals]) =>
    testRow(level, totals),
  );
  return [
    '# Tests\n',
    table(['level', 'files', 'passed', 'failed', 'skipped', 'seconds'], rows),
    ...listed('Failed', failuresOf(tests, root).map(failureText)),
    ...listed('Skipped', skippedTests(tests)),
    '# Coverage\n',
    ...(coverage === null ? ['It was not measured.\n'] : coverageParts(coverage, root)),
  ].join('\n');
}

function coverageParts(summary: CoverageSummary, root: string): readonly string[] {
  const { total } = summary;
  const layers = [...coverageByLayer(summary, root)];
  const rows = total === undefined ? layers : [...layers, ['total', total] as const];
  return [
    'In percent, of code that runs in the test processes. Code in separate threads or processes (the command line, the service that is started, killed and deployed, the SQLite threads) is tested but not counted.\n',
    table(
      ['layer', 'statements', 'branches', 'functions', 'lines'],
      rows.map(([layer, found]) => coverageRow(layer, found)),
    ),
  ];
}

function testRow(level: string, { files, passed, failed, skipped, seconds }: Totals) {
  return [level, ...[files, passed, failed, skipped].map(String), seconds.toFixed(1)];
}

function coverageRow(layer: string, found: Coverage) {
  const shares = [found.statements, found.branches, found.functions, found.lines];
  return [layer, ...shares.map((share) => percent(share)?.toFixed(1) ?? '–')];
}

function failureText({ name, file, message }: Failure): string {
  const lines = message.trim().split('\n').slice(0, MESSAGE_LINES);
  return [`${name} (${file})\n`, ...lines.map((line) => `      ${line}`), ''].join('\n');
}

function listed(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > SHOWN ? [`- and ${items.length - SHOWN} more`] : [];
  const lines = [...items.slice(0, SHOWN).map((item) => `- ${item}`), ...more];
  return [`## ${title}\n`, ...lines, ''];
}

/** Pads the columns, so that the Markdown is readable as text. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return `${[line(head), line(rule), ...rows.map(line)].join('\n')}\n`;
}
