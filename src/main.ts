#!/usr/bin/env node
import { refusalOf } from './node-version.js';

// Created files contain data of clients and are only for this user, whatever the inherited umask.
process.umask(0o077);

const EXIT_CONFIGURATION = 78;
const refusal = refusalOf(process.versions.node);
if (refusal === null) {
  // Loaded after the version check: packages may not even parse on another version of Node.
  void import('./cli/main.js').then(({ main }) => main());
} else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = EXIT_CONFIGURATION;
}
