import { setTimeout } from 'node:timers/promises';
import zlib from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileFormats } from '../../../src/adapters/files/file-formats.js';
import { bytesOf, documentOf, task } from './support/document.js';

const cases = fileFormats().flatMap((format) =>
  format.layouts.map((layout) => ({ name: `${format.name} ${layout}`, format, layout })),
);
/** Texts that do not compress, so that bytes come out early. */
const tasks = Array.from({ length: 2000 }, (_, index) =>
  task(`task-${index}`, {
    row_index: index,
    target_text: Array.from({ length: 200 }, () => Math.random().toString(36)).join(''),
  }),
);

afterEach(() => vi.restoreAllMocks());

describe.each(cases)('$name', ({ format, layout }) => {
  const options = { layout, keepFormulas: false };

  it.each([
    ['on one sheet', tasks],
    ['each on a sheet of its own', tasks.map((record, at) => ({ ...record, sheet_name: `${at}` }))],
  ])('reads tasks, %s, as fast as its bytes are taken', async (_, some) => {
    const document = documentOf(some, { chunk: 10 });
    const file = format.write(document, options);
    expect(document.reads()).toBe(0);
    for (let piece = 0; piece < 3; piece += 1) await file.next();
    // Time to read ahead, if it did.
    await setTimeout(50);
    expect(document.reads()).toBeLessThan(100);
    await file.return(undefined);
  });

  it('ends its reads when it is ended early', async () => {
    const document = documentOf(tasks, { chunk: 10 });
    for await (const _ of format.write(document, options)) {
      if (document.reads() > 0) break;
    }
    const { open, reads } = { open: document.open(), reads: document.reads() };
    await setTimeout(20);
    expect({ open, reads: document.reads() }).toEqual({ open: 0, reads });
  });

  it('reads nothing when nobody takes it', async () => {
    const document = documentOf(tasks);
    await format.write(document, options).return(undefined);
    expect(document.reads()).toBe(0);
  });

  it('throws what the document throws', async () => {
    const document = documentOf(tasks, { chunk: 10, failsAfter: 20 });
    await expect(bytesOf(format.write(document, options))).rejects.toThrow('the store is away');
    expect(document.open()).toBe(0);
  });

  it.each(['ended early', 'failed'])('leaves no compression open when it is %s', async (how) => {
    const begun: zlib.DeflateRaw[] = [];
    class Watched extends zlib.DeflateRaw {
      constructor(options?: zlib.ZlibOptions) {
        super(options);
        begun.push(this);
      }
    }
    vi.spyOn(zlib, 'DeflateRaw').mockImplementation(Watched);
    const document = documentOf(tasks, how === 'failed' ? { chunk: 10, failsAfter: 20 } : {});
    const file = format.write(document, options);
    if (how === 'failed') await expect(bytesOf(file)).rejects.toThrow('the store is away');
    else for await (const _ of file) if (document.reads() > 5) break;
    expect(begun.length > 0).toBe(format.name === 'xlsx');
    expect(begun.filter(({ closed }) => !closed)).toEqual([]);
  });

  it('serves others while it is taken without pause', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await bytesOf(format.write(documentOf(tasks, { chunk: 500 }), options));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});
