import { describe, expect, it } from 'vitest';
import type { Results } from '../../../bench/support/report.js';
import type { Coverage } from '../../../scripts/test-report/layers.js';
import type { VitestReport } from '../../../scripts/test-report/levels.js';
import { performancePage } from '../../../scripts/test-report/performance-page.js';
import { testsPage } from '../../../scripts/test-report/tests-page.js';

const ROOT = '/home/someone/project';
const BEGUN = Date.UTC(2026, 0, 2);

function file(
  path: string,
  status: string,
  assertionResults: VitestReport['testResults'][0]['assertionResults'],
  message = '',
) {
  const name = `${ROOT}/test/${path}`;
  return { name, status, message, startTime: BEGUN, endTime: BEGUN + 2000, assertionResults };
}

const REPORT: VitestReport = {
  testResults: [
    file('unit/merge.test.ts', 'failed', [
      { fullName: 'merges', status: 'passed', duration: 10 },
      {
        fullName: 'keeps <script>alert(1)</script>',
        status: 'failed',
        duration: 20,
        failureMessages: [
          `\u001b[31mexpected 1 & got 2\u001b[39m\n at ${ROOT}/test/unit/merge.test.ts:3`,
        ],
      },
    ]),
    file('faults/kill.test.ts', 'passed', [
      { fullName: 'survives', status: 'passed', duration: 30_500 },
      { fullName: 'waits', status: 'pending' },
    ]),
    file('http/broken.test.ts', 'failed', [], 'Cannot find module'),
  ],
};
const share = { total: 200, covered: 181 };
const COVERAGE = {
  total: { lines: share, branches: share, functions: share, statements: share } satisfies Coverage,
};

/** What a reader sees of it, a piece of text a line. */
const textOf = (page: string) =>
  page
    .replace(/<style>.*<\/style>/s, '')
    .split(/<[^>]+>/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');

describe('the page of the tests', () => {
  const page = testsPage(REPORT, COVERAGE, ROOT);
  const text = textOf(page);

  it('begins with the totals and the coverage', () => {
    expect(text).toContain('2 passed, 2 failed, 1 skipped');
    expect(text).toContain('90.5 % of the lines, 90.5 % of the branches');
    expect(page).toContain('2026-01-02T00:00:00.000Z');
  });

  it('shows each failure with its message, and a file that broke before its first test', () => {
    const failed = text.slice(text.indexOf('Failed'), text.indexOf('Slowest tests')).join('\n');
    expect(failed).toContain('expected 1 &amp; got 2\n at test/unit/merge.test.ts:3');
    expect(failed).toContain('(test/http/broken.test.ts)\nCannot find module');
  });

  it('lists the slowest tests first', () => {
    const slowest = text.slice(text.indexOf('Slowest tests'));
    expect(slowest.indexOf('survives')).toBeLessThan(slowest.indexOf('merges'));
    expect(slowest[slowest.indexOf('survives') - 1]).toBe('30.5');
  });

  it('lists every test under its file', () => {
    const files = text.slice(text.indexOf('Files')).join('\n');
    expect(files).toContain('test/faults/kill.test.ts: 1 passed, 0 failed, 1 skipped, 2 s');
    expect(files).toContain('passed: merges');
    expect(files).toContain('skipped: waits');
  });

  it('is one file that names no folder of the machine, and shows what a test is called as text', () => {
    expect(page).not.toContain(ROOT);
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/(src|href)="(?!coverage\/index\.html")/);
  });

  it('says so when nothing failed, and when coverage was not measured', () => {
    const none = textOf(testsPage({ testResults: [] }, null, ROOT));
    expect(none).toContain('None.');
    expect(none.join(' ')).toContain('Coverage was not measured.');
  });
});

describe('the page of the performance', () => {
  const results: Results = {
    sqlite: {
      server: 'SQLite',
      date: '2026-01-02',
      machine: '2 cores',
      figures: [
        { name: 'start', value: 0.5, unit: 's', target: { kind: 'at most', value: 1 } },
        { name: 'writes', value: 0.4, unit: 'of raw', target: { kind: 'at least', value: 0.6 } },
        { name: 'writes a second', value: 40_000, unit: 'rows/s' },
      ],
    },
  };
  const text = textOf(performancePage(results));

  it('begins with what was missed', () => {
    expect(text).toContain('1 of 2 targets met');
    const missed = text.slice(text.indexOf('Missed'));
    expect(missed[1]).toBe('SQLite: writes, 0.4 of raw (at least 0.6)');
  });

  it('shows every figure of a store, with what it must reach and whether it does', () => {
    const store = text.slice(text.indexOf('2026-01-02; 2 cores.')).join('|');
    expect(store).toContain('start|0.5|s|at most 1|met');
    expect(store).toContain('writes|0.4|of raw|at least 0.6|missed');
    expect(store).toContain('writes a second|40000|rows/s');
  });

  it('names no miss where all is met', () => {
    expect(textOf(performancePage({}))).not.toContain('Missed');
  });
});
