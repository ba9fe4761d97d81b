import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { FileJournal } from '../../src/adapters/journal/file/file-journal.js';
import { JournalFolder } from '../../src/adapters/journal/file/journal-folder.js';
import { MemoryJournal } from '../../src/adapters/journal/memory-journal.js';
import { FakeClock } from '../support/application/fake-clock.js';
import { describeJournal } from './journal.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeJournal('memory', {
  isDurable: false,
  make: () => new MemoryJournal(),
  reset: async () => undefined,
});

let next = 0;
describeJournal('file', {
  isDurable: true,
  make: () => {
    const path = join(folder, String(next));
    return new FileJournal(new JournalFolder(path, { clock: new FakeClock(), reserveBytes: 4096 }));
  },
  reset: async () => {
    next += 1;
  },
});
