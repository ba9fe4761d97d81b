import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Separates the outputs of two blocks; no command prints it. */
const SEPARATOR = '\x1e';
const TIMEOUT_MS = 100_000;
const MOST_OUTPUT = 32 * 1024 ** 2;

export interface Outcome {
  /** False for the block that failed, and the blocks after it. */
  readonly succeeded: boolean;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs blocks of commands one after the other in one bash, like a reader of a document, until one
 * of them fails.
 */
export async function runCommands(
  blocks: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<readonly Outcome[]> {
  const mark = `printf '\\x1e'; printf '\\x1e' >&2`;
  const script = join(cwd, 'commands.sh');
  await writeFile(
    script,
    ['set -euo pipefail', ...blocks.flatMap((each) => [each, mark])].join('\n'),
  );
  const { stdout, stderr } = await bash(script, cwd, env);
  const [outputs, errors] = [stdout.split(SEPARATOR), stderr.split(SEPARATOR)];
  return blocks.map((_, index) => ({
    succeeded: index < outputs.length - 1,
    output: outputs[index] ?? '',
    errors: errors[index] ?? 'not reached',
  }));
}

function bash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      'bash',
      [script],
      { cwd, env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) => {
        // The caller reports a failed command, with its block.
        if (error !== null && error.killed === true) reject(error);
        else resolve({ stdout, stderr });
      },
    );
  });
}
