import { html } from 'hono/html';
import { failuresOf, nameOf } from './failures.js';
import { type Html, page, tableOf } from './html-page.js';
import type { CoverageSummary } from './layers.js';
import { percent } from './layers.js';
import {
  outcomeOf,
  sum,
  type TestFile,
  totalsByLevel,
  totalsOf,
  type VitestReport,
} from './levels.js';

const SLOWEST = 30;

/** The tests as a page: totals, what failed and why, the slowest, and every test by its file. */
export function testsPage(
  report: VitestReport,
  coverage: CoverageSummary | null,
  root: string,
): string {
  const levels = [...totalsByLevel(report)];
  const all = sum(levels.map(([, totals]) => totals));
  const rows = [...levels, ['all', all] as const].map(
    ([level, { files, passed, failed, skipped, seconds }]) =>
      [level, files, passed, failed, skipped, rounded(seconds)] as const,
  );
  const verdict = all.failed === 0 ? 'good' : 'bad';
  const begun = Math.min(...report.testResults.map(({ startTime }) => startTime));
  return page(
    'Tests',
    html`<p class="${verdict}">${all.passed} passed, ${all.failed} failed, ${all.skipped} skipped</p>
<p>Begun ${Number.isFinite(begun) ? new Date(begun).toISOString() : 'never'}. ${coverageLine(coverage)}</p>
${tableOf(['level', 'files', 'passed', 'failed', 'skipped', 'seconds'], rows)}
<h2>Failed</h2>
${failures(report, root)}
<h2>Slowest tests</h2>
${slowest(report, root)}
<h2>Files</h2>
${report.testResults.toSorted(bySeconds).map((file) => fileDetails(file, root))}`,
  );
}

function coverageLine(coverage: CoverageSummary | null): Html {
  const total = coverage?.total;
  if (total === undefined) return html`Coverage was not measured.`;
  return html`Coverage of src: <a href="coverage/index.html">${percent(total.lines)} % of the lines, ${percent(total.branches)} % of the branches</a>.`;
}

function failures(report: VitestReport, root: string): Html {
  const failed = failuresOf(report, root);
  if (failed.length === 0) return html`<p>None.</p>`;
  return html`${failed.map(
    ({ file, name, message }) => html`<details open><summary><b>${name}</b> (${file})</summary>
<pre>${message}</pre></details>`,
  )}`;
}

function slowest({ testResults }: VitestReport, root: string): Html {
  const tests = testResults
    .flatMap((file) => file.assertionResults.map((test) => ({ file, test })))
    .toSorted((one, other) => (other.test.duration ?? 0) - (one.test.duration ?? 0))
    .slice(0, SLOWEST)
    .map(({ file, test }) => [
      rounded((test.duration ?? 0) / 1000),
      test.fullName,
      nameOf(file, root),
    ]);
  return tableOf(['seconds', 'test', 'file'], tests);
}

function fileDetails(file: TestFile, root: string): Html {
  const { passed, failed, skipped, seconds } = totalsOf(file);
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped, ${rounded(seconds)} s`;
  return html`<details><summary class="${failed > 0 ? 'bad' : ''}">${nameOf(file, root)}: ${counts}</summary>
<ul>${file.assertionResults.map(({ fullName, status }) => {
    const outcome = outcomeOf(status);
    return html`<li class="${outcome === 'failed' ? 'bad' : ''}">${outcome}: ${fullName}</li>\n`;
  })}</ul></details>`;
}

function bySeconds(one: TestFile, other: TestFile): number {
  return totalsOf(other).seconds - totalsOf(one).seconds;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
