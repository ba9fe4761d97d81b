// Prints `N passed, N failed, N skipped` from the JSON report of vitest.
// Exits with 1 if a test failed, or if nothing ran: a run without tests proves nothing.
import { readFileSync } from 'node:fs';

const reportPath = process.argv[2] ?? 'reports/vitest.json';

/** Totals of a report; a file that failed before its first test counts as one failure. */
function totalsOf(report) {
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

function readTotals() {
  try {
    return totalsOf(JSON.parse(readFileSync(reportPath, 'utf8')));
  } catch (error) {
    console.error(`no usable test report at ${reportPath}: ${error.message}`);
    return { passed: 0, failed: 0, skipped: 0, success: false };
  }
}

const { passed, failed, skipped, success } = readTotals();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = success && failed === 0 && passed > 0 ? 0 : 1;
