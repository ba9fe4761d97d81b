import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const MONITORING = join(import.meta.dirname, '..', '..', '..', 'monitoring');

export interface PromtoolResult {
  readonly code: number | null;
  /** Standard output and error, together. */
  readonly output: string;
}

/** Runs promtool in the folder of the monitoring files. Throws if it is not installed. */
export function promtool(args: readonly string[], input = ''): PromtoolResult {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, {
    cwd: MONITORING,
    input,
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('promtool could not be run', { cause: error });
  return { code: status, output: `${stdout}${stderr}` };
}
