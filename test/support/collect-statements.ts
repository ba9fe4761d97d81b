import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort } from 'node:worker_threads';
import { openDatabase } from '../../src/adapters/sqlite-driver/open-database.js';

const ROUNDS = 5;
const STATEMENTS = 500;

/** Prepares statements, drops them and forces garbage collection; returns their number. */
export function collectStatements(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const database = openDatabase(':memory:');
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let each = 0; each < STATEMENTS; each += 1) database.prepare(`select ${each}`).get();
    collect();
  }
  database.close();
  return ROUNDS * STATEMENTS;
}

if (!isMainThread) parentPort?.postMessage(collectStatements());
