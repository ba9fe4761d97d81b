import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll } from 'vitest';
import { watched } from './watch.js';

/**
 * Fails a test file that leaves a FileHandle open: Node warns (DEP0137) when it collects one, and
 * Node 25 ends the process. The garbage is collected here, so that the warning does not depend on
 * when Node happens to collect it; but only if a file was opened, since it takes some 30 ms.
 */
afterAll(async () => {
  if (!watched.opened) return;
  watched.opened = false;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  // The handles are closed in the turn after the collection, and the warnings come in the next one.
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  const leaks = watched.leaks.splice(0);
  if (leaks.length > 0) throw new Error(`A file was left open. ${leaks.join('. ')}`);
});
