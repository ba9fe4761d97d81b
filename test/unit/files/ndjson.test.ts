import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ndjson } from '../../../src/adapters/files/ndjson.js';
import { bytesOf, documentOf, SESSION, task } from './support/document.js';
import { anyText } from './support/texts.js';

const OPTIONS = { layout: 'records', keepFormulas: false } as const;

async function linesOf(document: ReturnType<typeof documentOf>): Promise<readonly unknown[]> {
  const text = (await bytesOf(ndjson.write(document, OPTIONS))).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

it('has the session first, then a task a line, as the API shows them', async () => {
  const [session, first, ...others] = await linesOf(documentOf([task('task-1')]));
  expect(session).toEqual({
    ...SESSION,
    game_info: { name: '漢', b: 1, a: 2 },
    created_at: '2026-09-21T12:00:00.000Z',
    updated_at: '2026-09-21T12:00:01.000Z',
  });
  expect(first).toEqual({
    ...task('task-1'),
    start_time: '2026-09-21T12:00:00.000Z',
    end_time: '2026-09-21T12:00:00.005Z',
    created_at: '2026-09-21T12:00:00.000Z',
    updated_at: '2026-09-21T12:00:00.000Z',
  });
  expect(others).toEqual([]);
});

it('is the session alone when there are no tasks', async () => {
  expect(await linesOf(documentOf([]))).toHaveLength(1);
});

it('keeps every text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { maxLength: 6 }), async (texts) => {
      const tasks = texts.map((text, index) => task(`task-${index}`, { target_text: text }));
      const [, ...lines] = await linesOf(documentOf(tasks));
      expect(lines.map((line) => (line as { target_text: string }).target_text)).toEqual(texts);
    }),
  );
});
