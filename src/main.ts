#!/usr/bin/env node
import { run } from './cli/run.js';

// What it makes holds what clients sent and is for its user alone: the umask may say anything else.
process.umask(0o077);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // Whoever read it has seen enough (`… | head`).
  process.exit();
});

const outcome = run(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  fetch,
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
});
// Not awaited here: a start that a signal cuts short may never be settled.
void outcome.then((code) => {
  process.exitCode = code;
});
