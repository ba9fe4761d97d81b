import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileJournal } from '../../src/adapters/journal/file/file-journal.js';
import { JournalFolder } from '../../src/adapters/journal/file/journal-folder.js';
import { ConfigurationError } from '../../src/ports/configuration-error.js';
import { FakeClock } from '../support/application/fake-clock.js';

const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/**
 * Opens the journal and appends continuously; writes each acknowledged sequence number on a line.
 */
const WRITER = `
  import { FileJournal } from ${source('adapters/journal/file/file-journal.js')};
  import { JournalFolder } from ${source('adapters/journal/file/journal-folder.js')};
  import { SystemClock } from ${source('adapters/time/system-clock.js')};
  import { writeSync } from 'node:fs';
  const folder = new JournalFolder(process.argv[1], { clock: new SystemClock(), reserveBytes: 4096 });
  const journal = new FileJournal(folder, { segmentBytes: 20000 });
  await journal.open();
  for await (const entry of journal.replay());
  const write = { key: 't', version: 1, createdAt: 1, fields: { source_text: 'x'.repeat(2000) } };
  const client = async () => {
    for (;;) {
      const sequence = await journal.append('translation_tasks', [write]);
      writeSync(1, sequence + '\\n');
    }
  };
  await Promise.all([client(), client(), client()]);
`;

const children: ChildProcess[] = [];
let folder: string;

/**
 * A process that writes to the journal and has acknowledged `entries` entries; its output so far.
 */
async function aWriter(entries: number) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', WRITER, folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  const acknowledged: number[] = [];
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      acknowledged.push(Number(line));
      if (acknowledged.length === entries) resolve();
    });
    lines.on('close', () => reject(new Error('the writer has ended')));
  });
  const kill = async () => {
    const closed = once(lines, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  return { child, acknowledged, kill };
}

function aJournal(): FileJournal {
  return new FileJournal(new JournalFolder(folder, { clock: new FakeClock(), reserveBytes: 4096 }));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-process-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('two processes on one journal folder', () => {
  it('are refused: the error of the second names the first', async () => {
    const { child } = await aWriter(1);
    const second = aJournal();
    const refusal = await second.open().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigurationError);
    expect(String(refusal)).toContain(
      `${folder} is in use by process ${child.pid} on host ${hostname()} since 20`,
    );
    await second.close();
  });

  it('are possible again as soon as the first was killed', async () => {
    const { kill } = await aWriter(1);
    await kill();
    const second = aJournal();
    await second.open();
    await second.close();
  });
});

describe('a process that is killed while it writes', () => {
  it('keeps everything that it acknowledged, over several restarts', async () => {
    const acknowledged = new Set<number>();
    for (let life = 0; life < 3; life += 1) {
      const writer = await aWriter(150);
      await writer.kill();
      for (const sequence of writer.acknowledged) {
        expect(acknowledged.has(sequence)).toBe(false);
        acknowledged.add(sequence);
      }
    }
    const journal = aJournal();
    await journal.open();
    const replayed: number[] = [];
    for await (const { sequence } of journal.replay()) replayed.push(sequence);
    expect(replayed).toEqual(replayed.map((_, index) => index + 1));
    expect(replayed.length).toBeGreaterThanOrEqual(Math.max(...acknowledged));
    expect(journal.status().damage).toEqual([]);
    await journal.close();
  });
});
