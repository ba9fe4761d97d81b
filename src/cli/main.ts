import { run } from './run.js';

/** Runs the command line of this process, and sets its exit code. */
export function main(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // The reader has closed the pipe (`… | head`).
    process.exit();
  });
  // There is nowhere left to say that standard error cannot be written; a service goes on.
  process.stderr.on('error', () => undefined);

  const outcome = run(process.argv.slice(2), {
    cwd: process.cwd(),
    env: process.env,
    fetch,
    print: (line) => process.stdout.write(`${line}\n`),
    warn: (line) => process.stderr.write(`${line}\n`),
  });
  // Not awaited: the promise of a start that a signal interrupts may never settle.
  void outcome.then((code) => {
    process.exitCode = code;
  });
}
