import { describe } from 'vitest';
import { findProgram } from '../mysql-servers/command.js';

/** Debian programs that tests need, and their packages. */
const PACKAGES = {
  bash: 'bash',
  curl: 'curl',
  jq: 'jq',
  nginx: 'nginx-light',
  openssl: 'openssl',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  script: 'bsdutils',
  shellcheck: 'shellcheck',
  'systemd-analyze': 'systemd',
} as const;

export type DebianProgram = keyof typeof PACKAGES;

/** The path of a program. Throws if it is not installed. */
export function pathOf(program: DebianProgram): string {
  const path = findProgram(program);
  if (path === null) throw new Error(`${program} is missing (package ${PACKAGES[program]})`);
  return path;
}

/** A suite that needs programs: skipped with a visible line if one is missing, except in CI. */
export function describeWithPrograms(
  name: string,
  programs: readonly DebianProgram[],
  body: () => void,
): void {
  const missing = programs.filter((program) => findProgram(program) === null);
  if (missing.length === 0 || process.env.CI) {
    describe(name, body);
    return;
  }
  const names = missing.map((program) => `${program} (Debian package ${PACKAGES[program]})`);
  const reason = `not installed: ${names.join(', ')}`;
  console.warn(`NOT TESTED: ${name}: ${reason}`);
  describe.skip(`${name} (NOT TESTED: ${reason})`, body);
}
