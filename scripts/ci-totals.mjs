// Prints `N passed, N failed, N skipped`, the sum of the reports that are named: JSON of vitest
// (.json) and JUnit (.xml). Exits with 1 if a test failed, or if a report has no test that passed:
// a run without tests proves nothing.
import { readFileSync } from 'node:fs';

const reportPaths = process.argv.length > 2 ? process.argv.slice(2) : ['reports/vitest.json'];

/** Totals of a report of vitest; a file that failed before its first test counts as one failure. */
function totalsOfVitest(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
    success: report.success,
  };
}

/** Totals of a report of pytest; an error outside of a test counts as a failure. */
function totalsOfJunit(text) {
  const suites = [...text.matchAll(/<testsuite\s[^>]*>/g)].map(([tag]) => tag);
  if (suites.length === 0) throw new Error('it has no test suite');
  const sum = (name) =>
    suites.reduce(
      (total, tag) => total + Number(new RegExp(`\\s${name}="(\\d+)"`).exec(tag)?.[1]),
      0,
    );
  const [failed, skipped] = [sum('failures') + sum('errors'), sum('skipped')];
  return { passed: sum('tests') - failed - skipped, failed, skipped, success: failed === 0 };
}

function readTotals(path) {
  try {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.xml') ? totalsOfJunit(text) : totalsOfVitest(JSON.parse(text));
  } catch (error) {
    console.error(`no usable test report at ${path}: ${error.message}`);
    return { passed: 0, failed: 0, skipped: 0, success: false };
  }
}

const totals = reportPaths.map(readTotals);
const sum = (name) => totals.reduce((total, report) => total + report[name], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = totals.every(
  ({ success, failed, passed }) => success && failed === 0 && passed > 0,
)
  ? 0
  : 1;
