import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'scripts', 'ci-coverage.mjs');

/** What is printed for a summary; null: there is no such file. */
function printed(summary: string | null) {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'coverage-summary.json');
  if (summary !== null) writeFileSync(path, summary);
  const { stdout, stderr, status } = spawnSync(process.execPath, [SCRIPT, path], {
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

const totals = (lines: object) =>
  JSON.stringify({
    total: {
      lines,
      branches: { total: 3, covered: 2 },
      functions: { total: 0, covered: 0 },
    },
  });

describe('the coverage that CI prints', () => {
  it('is one line, rounded down, so that 90.0 % is never less than that', () => {
    expect(printed(totals({ total: 10_000, covered: 9_999 }))).toEqual({
      stdout:
        'coverage of src: 99.9 % of the lines, 66.6 % of the branches, – % of the functions\n',
      stderr: '',
      status: 0,
    });
    expect(printed(totals({ total: 10_000, covered: 8_999 })).stdout).toContain('89.9 % of the');
  });

  it.each([
    ['no report was written', null],
    ['the report is cut off', '{"total":{"lines"'],
    ['the report covers nothing', totals({ total: 0, covered: 0 })],
  ])('is a failure when %s', (_, summary) => {
    const { stdout, stderr, status } = printed(summary);
    expect(stdout).toBe('');
    expect(stderr).toContain('no usable coverage report');
    expect(status).toBe(1);
  });
});
