// Runs the tests of the Python client with Debian's Python, and writes reports/python.xml.
// Without pytest or httpx it says so and succeeds; in CI it fails.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const PYTHON = '/usr/bin/python3';
const root = join(import.meta.dirname, '..');

function python(...args) {
  return spawnSync(PYTHON, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status;
}

function has(module) {
  return spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

const missing = existsSync(PYTHON)
  ? ['pytest', 'httpx'].filter((module) => !has(module)).map((module) => `python3-${module}`)
  : [PYTHON];

if (missing.length > 0) {
  const isCi = Boolean(process.env.CI);
  console.log(
    `${isCi ? 'FAILED' : 'SKIPPED'}: the Python client is not tested: ${missing.join(', ')} missing`,
  );
  process.exitCode = isCi ? 1 : 0;
} else {
  mkdirSync(join(root, 'reports'), { recursive: true });
  const config = ['-c', 'clients/python/pyproject.toml', '--rootdir', 'clients/python'];
  const report = '--junitxml=reports/python.xml';
  process.exitCode =
    python('-m', 'pytest', ...config, 'clients/python/tests', report, ...process.argv.slice(2)) ??
    1;
}
