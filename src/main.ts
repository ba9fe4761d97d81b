#!/usr/bin/env node
import { refusalOf } from './node-version.js';

// What it makes holds what clients sent and is for its user alone: the umask may say anything else.
process.umask(0o077);

const EXIT_CONFIGURATION = 78;
const refusal = refusalOf(process.versions.node);
if (refusal === null) {
  // Loaded only now: packages may not even parse on another version of Node.
  const { main } = await import('./cli/main.js');
  main();
} else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = EXIT_CONFIGURATION;
}
