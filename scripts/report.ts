import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from '../bench/support/report.js';
import type { CoverageSummary } from './test-report/layers.js';
import type { VitestReport } from './test-report/levels.js';
import { performancePage } from './test-report/performance-page.js';
import { summaryOf } from './test-report/summary.js';
import { testsPage } from './test-report/tests-page.js';

// Runs the tests with coverage and sums up in reports/summary.md and reports/tests.html what came of
// it; reports/performance.html shows the last benchmark. With --from-last-run it runs nothing (CI has
// run them); all other arguments go to vitest.
const root = join(import.meta.dirname, '..');
const reports = join(root, 'reports');
const testsPath = join(reports, 'vitest.json');
const coveragePath = join(reports, 'coverage', 'coverage-summary.json');
const args = process.argv.slice(2);

/** The exit code of vitest. */
function runTests(): number {
  rmSync(reports, { recursive: true, force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['default', 'json', 'junit'].map((name) => `--reporter=${name}`);
  // The lines of all of src are covered by all tests together; a part of them is held to no number.
  const part = args.length === 0 ? [] : ['--coverage.thresholds.lines=0'];
  const words = [vitest, 'run', '--coverage', ...reporters, ...part, ...args];
  return spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function read<Report>(path: string): Report | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : null;
}

const code = args.includes('--from-last-run') ? 0 : runTests();
const tests = read<VitestReport>(testsPath);
if (tests === null) {
  console.error('report: there is no reports/vitest.json; `npm run report` makes it');
  process.exitCode = code === 0 ? 1 : code;
} else {
  const coverage = read<CoverageSummary>(coveragePath);
  const summary = summaryOf(tests, coverage, root);
  const benchmark = read<Results>(join(root, 'bench', 'results.json')) ?? {};
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, 'summary.md'), summary);
  writeFileSync(join(reports, 'tests.html'), testsPage(tests, coverage, root));
  writeFileSync(join(reports, 'performance.html'), performancePage(benchmark));
  console.log(`\n${summary}`);
  console.log(
    'In reports/: summary.md, tests.html, performance.html, junit.xml, vitest.json, coverage/index.html',
  );
  process.exitCode = code;
}
