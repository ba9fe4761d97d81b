import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { JournalFolder } from '../../src/adapters/journal/journal-folder.js';
import { RecordLog } from '../../src/adapters/journal/record-log.js';
import { FileQuarantine } from '../../src/adapters/quarantine/file-quarantine.js';
import { MemoryQuarantine } from '../../src/adapters/quarantine/memory-quarantine.js';
import { FakeClock } from '../support/fake-clock.js';
import { describeQuarantine } from './quarantine.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'quarantine-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeQuarantine('memory', {
  isDurable: false,
  make: () => new MemoryQuarantine(),
  reset: async () => undefined,
});

let next = 0;
describeQuarantine('file', {
  isDurable: true,
  make: () => {
    const path = join(folder, String(next));
    const shared = new JournalFolder(path, { clock: new FakeClock(), reserveBytes: 4096 });
    return new FileQuarantine(new RecordLog(shared, 'quarantine.log'));
  },
  reset: async () => {
    next += 1;
  },
});
