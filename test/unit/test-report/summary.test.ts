import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Coverage } from '../../../scripts/test-report/layers.js';
import { sum, totalsByLevel, type VitestReport } from '../../../scripts/test-report/levels.js';
import { summaryOf } from '../../../scripts/test-report/summary.js';

const root = join(import.meta.dirname, '..', '..', '..');

function file(name: string, status: string, ...tests: string[]) {
  return {
    name: `/project/test/${name}`,
    status,
    startTime: 1000,
    endTime: 2500,
    message: tests.length === 0 ? 'the server did not start' : '',
    assertionResults: tests.map((outcome, index) => ({
      fullName: `${name} ${index}`,
      status: outcome,
      failureMessages:
        outcome === 'failed' ? [`expected 1 to be 2\nat /project/test/${name}:3`] : [],
    })),
  };
}

const REPORT: VitestReport = {
  testResults: [
    file('unit/domain/merge.test.ts', 'passed', 'passed', 'passed', 'skipped'),
    file('unit/domain/query.test.ts', 'failed', 'passed', 'failed'),
    file('http/reading.test.ts', 'failed'),
    file('contracts/mysql.test.ts', 'passed', 'todo', 'pending'),
  ],
};

function covered(count: number, total: number): Coverage {
  const share = { covered: count, total };
  return { statements: share, branches: share, functions: share, lines: share };
}

const COVERAGE = {
  total: covered(9, 14),
  '/project/src/main.ts': covered(0, 2),
  '/project/src/cli/key.ts': covered(1, 2),
  '/project/src/adapters/http/app.ts': covered(1, 3),
  '/project/src/adapters/http/routes/a.route.ts': covered(1, 1),
  '/project/src/domain/merge.ts': covered(3, 3),
  '/project/src/application/restart.ts': { ...covered(3, 3), branches: { covered: 0, total: 0 } },
  '/project/src/ports/clock.ts': covered(0, 0),
};

const rowsOf = (summary: string) =>
  summary
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1)
        .join(' '),
    );

describe('the test report', () => {
  const summary = summaryOf(REPORT, COVERAGE, '/project');

  it('has the totals of each level, in order, and the sum', () => {
    expect(rowsOf(summary).slice(2, 9)).toEqual([
      'unit 2 3 1 1 3.0',
      'contracts 1 0 0 2 1.5',
      'http 1 0 1 0 1.5',
      'integration 0 0 0 0 0.0',
      'faults 0 0 0 0 0.0',
      'architecture 0 0 0 0 0.0',
      'total 4 3 2 3 6.0',
    ]);
  });

  it('names failed tests with the reason, files that failed before their first test, and skipped tests', () => {
    const failed = summary.slice(summary.indexOf('## Failed'), summary.indexOf('## Skipped'));
    expect(failed.split('\n').filter((line) => line !== '')).toEqual([
      '## Failed',
      '- unit/domain/query.test.ts 1 (test/unit/domain/query.test.ts)',
      '      expected 1 to be 2',
      '      at test/unit/domain/query.test.ts:3',
      '- (the file) (test/http/reading.test.ts)',
      '      the server did not start',
    ]);
    expect(summary).toContain('## Skipped\n\n- unit/domain/merge.test.ts 2\n');
  });

  it('has the coverage of each layer, from domain to start, rounded down', () => {
    expect(rowsOf(summary).slice(11)).toEqual([
      'domain 100.0 100.0 100.0 100.0',
      'application 100.0 – 100.0 100.0',
      'adapters/http 50.0 50.0 50.0 50.0',
      'start and command line 25.0 25.0 25.0 25.0',
      'total 64.2 64.2 64.2 64.2',
    ]);
  });

  it('reports that coverage was not measured', () => {
    expect(summaryOf(REPORT, null, '/project')).toContain('It was not measured.');
  });

  it.each([
    [
      'adds the tests of pytest to those of vitest',
      '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" /></testsuites>',
      ['7 passed, 3 failed, 3 skipped', 1],
    ],
    [
      'succeeds if every report has tests that passed, and none that failed',
      '<testsuites><testsuite errors="0" failures="0" skipped="1" tests="5"></testsuite></testsuites>',
      ['7 passed, 0 failed, 1 skipped', 0],
    ],
    [
      'fails if a report has no tests',
      '<testsuite tests="0" skipped="0" errors="0" failures="0">',
      ['3 passed, 0 failed, 0 skipped', 1],
    ],
    ['fails without a report', '', ['3 passed, 0 failed, 0 skipped', 1]],
  ])('%s', (_, junit, [line, code]) => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    try {
      const [json, xml] = [join(folder, 'vitest.json'), join(folder, 'python.xml')];
      const numbers = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
      writeFileSync(json, JSON.stringify({ ...numbers, testResults: [], success: true }));
      writeFileSync(xml, String(junit));
      const script = join(root, 'scripts', 'ci-totals.mjs');
      const { stdout, status } = spawnSync(process.execPath, [script, json, xml], {
        encoding: 'utf8',
      });
      expect([stdout, status]).toEqual([`${line}\n`, code]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('counts like the last line of CI', () => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    try {
      const path = join(folder, 'vitest.json');
      const numbers = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
      writeFileSync(path, JSON.stringify({ ...REPORT, ...numbers, success: false }));
      const script = join(root, 'scripts', 'ci-totals.mjs');
      const { stdout, status } = spawnSync(process.execPath, [script, path], { encoding: 'utf8' });
      const { passed, failed, skipped } = sum(totalsByLevel(REPORT).values());
      expect(stdout).toBe(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
      expect(status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
