// Prints the coverage of all of src from Istanbul's `coverage-summary.json`, in percent, rounded down.
// Exits 1 when nothing was measured. What it must reach is said in vitest.config.ts.
import { readFileSync } from 'node:fs';

const path = process.argv[2] ?? 'reports/coverage/coverage-summary.json';

function percent({ total, covered }) {
  return total === 0 ? '–' : (Math.floor((covered / total) * 1000) / 10).toFixed(1);
}

try {
  const { lines, branches, functions } = JSON.parse(readFileSync(path, 'utf8')).total;
  if (lines.total === 0) throw new Error('it covers no line');
  console.log(
    `coverage of src: ${percent(lines)} % of the lines, ${percent(branches)} % of the branches, ${percent(functions)} % of the functions`,
  );
} catch (error) {
  console.error(`no usable coverage report at ${path}: ${error.message}`);
  process.exitCode = 1;
}
