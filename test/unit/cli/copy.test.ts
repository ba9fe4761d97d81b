import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { progressBar, progressLines } from '../../../src/cli/copy-progress.js';
import { answerOf, explained, formatted } from '../../../src/cli/copy-report.js';
import { copy } from '../../support/copying/a-copy.js';
import { command } from '../../support/processes/command-line.js';
import { MS, SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import { BOTH } from '../../support/stores/opened-stores.js';

describe('copy', () => {
  it.each([
    ['no source', ['--to', 'mysql'], '--from <store>'],
    ['no target', ['--from', 'sqlite'], '--to <store>'],
    ['an unknown store', ['--from', 'sqlite', '--to', 'oracle'], 'sqlite, mysql'],
    ['one store twice', ['--from', 'mysql', '--to', 'mysql'], 'both mysql'],
  ])('refuses %s with exit code 2', async (_, words, hint) => {
    const { code, stdout, stderr } = await command(['copy', ...words]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
  });

  it('refuses a source that is a missing file, and does not create it', async () => {
    const words = ['--from', 'sqlite', '--to', 'mysql', '--sqlite.path', '/nowhere/at/all.db'];
    const { code, stderr } = await command(['copy', ...words]);
    expect(code).toBe(78);
    expect(stderr).toContain('sqlite.path: there is no file /nowhere/at/all.db to copy from');
  });
});

async function aReport() {
  const [source, target] = [new MemoryBackend(BOTH, 'one'), new MemoryBackend(BOTH, 'other')];
  await source.write(SESSIONS, [sessionWrite('s-1', MS)]);
  await source.write(
    TASKS,
    Array.from({ length: 1200 }, (_, index) => taskWrite(`t-${index}`, MS)),
  );
  return { source, target, run: () => copy(source, target) };
}

describe('the report of a copy', () => {
  it('is a table, and a sentence', async () => {
    const { run } = await aReport();
    const report = await run();
    const { source } = report.checksums;
    expect(formatted(report, 'sqlite', 'mysql')).toEqual([
      '                                 sqlite             mysql',
      'translation_sessions                  1                 1  1 copied',
      'translation_tasks                 1,200             1,200  1,200 copied',
      'in quarantine                         0                 0',
      'tombstones of deletes                 0                 0',
      `checksum               ${source}  ${source}`,
      'sqlite and mysql are equal.',
    ]);
    expect(explained(report, 'sqlite', 'mysql')).toEqual([]);
    expect(formatted(await run(), 'sqlite', 'mysql')[2]).toMatch(/nothing to copy$/);
  });

  it('names what the target holds besides', async () => {
    const { run, target } = await aReport();
    await target.write(SESSIONS, [sessionWrite('own\u202e', MS)]);
    const report = await run();
    expect(formatted(report, 'sqlite', 'mysql').at(-1)).toBe(
      'mysql holds everything of sqlite, and more.',
    );
    expect(explained(report, 'sqlite', 'mysql')).toEqual([
      'Only in mysql, or newer there (1):',
      '  translation_sessions own\\u{202e}: sqlite has no such record',
      'Different checksums (1): translation_sessions own\\u{202e}',
    ]);
  });

  it('names the first of many, and what to do', async () => {
    const { run, source, target } = await aReport();
    await target.write(SESSIONS, [sessionWrite('s-2', MS)]);
    await target.write(
      TASKS,
      Array.from({ length: 30 }, (_, index) => taskWrite(`t-${index}`, MS, { session_id: 's-2' })),
    );
    await source.write(SESSIONS, [sessionWrite('s-3', MS)]);
    const lines = explained(await run(), 'sqlite', 'mysql');
    expect(lines[0]).toBe('Refused by mysql (30, the first 20):');
    expect(lines).toContain('Missing in mysql (30, the first 20):');
    expect(lines.at(-1)).toContain('Run the command again');
  });

  it('is one object for programs', async () => {
    const { run } = await aReport();
    expect(answerOf(await run())).toMatchObject({
      outcome: 'equal',
      collections: { [TASKS.name]: { source: 1200, target: 1200, written: 1200 } },
      missing: { count: 0, first: [] },
    });
  });
});

describe('the progress of a copy', () => {
  it('is a line every ten seconds, with rate and time left', () => {
    const lines: string[] = [];
    let now = 0;
    const progress = progressLines(
      (line) => lines.push(line),
      () => now,
    );
    progress.begin('copying', 4000);
    for (const [at, records] of [
      [4000, 500],
      [10_000, 500],
      [15_000, 1000],
      [20_000, 1000],
      [25_000, 1000],
    ] as const) {
      now = at;
      progress.step(records);
    }
    progress.end();
    expect(lines).toEqual([
      'Copying: 1000 of 4,000 records, 100/s, 30 s left',
      'Copying: 3000 of 4,000 records, 150/s, 7 s left',
      'Copying: 4,000 records in 25.0 s, 160/s',
    ]);
  });

  it('is a bar on a terminal', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
    let shown = '';
    stream.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    for (const name of ['cursorTo', 'clearLine', 'moveCursor'] as const)
      Object.assign(stream, { [name]: () => true });
    let now = 0;
    const progress = progressBar(stream, () => now);
    progress.begin('comparing', 100);
    now = 500;
    progress.step(150);
    progress.end();
    stream.read();
    expect(shown).toContain('Comparing');
    expect(shown).toMatch(/100% \| 150 of 150 records \| 300\/s/);
  });
});
