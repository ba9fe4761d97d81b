import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ahead, type Pages, pairsOf } from '../../../../src/application/copying/pairs.js';

async function* pagesOf(pages: readonly (readonly number[])[]): Pages<number> {
  yield* pages;
}

const anyPages = fc
  .uniqueArray(fc.nat(30))
  .map((numbers) => numbers.sort((a, b) => a - b))
  .chain((numbers) =>
    fc.array(fc.nat(4), { minLength: 12, maxLength: 12 }).map((sizes) => {
      const rest = [...numbers];
      return [...sizes.map((size) => rest.splice(0, size)), rest];
    }),
  );

it('two walks are joined in order, whatever their pages', async () => {
  await fc.assert(
    fc.asyncProperty(anyPages, anyPages, async (source, target) => {
      const [left, right] = [source.flat(), target.flat()];
      const found: unknown[] = [];
      for await (const pairs of pairsOf(pagesOf(source), pagesOf(target), (a, b) => a - b))
        found.push(...pairs);
      const all = [...new Set([...left, ...right])].sort((a, b) => a - b);
      expect(found).toEqual(
        all.map((number) => ({
          source: left.includes(number) ? number : null,
          target: right.includes(number) ? number : null,
        })),
      );
    }),
  );
});

it('a walk that fails fails the join, after what came before', async () => {
  async function* failing(): Pages<number> {
    yield [1];
    throw new Error('lost');
  }
  const seen: unknown[] = [];
  const join = async () => {
    for await (const pairs of pairsOf(failing(), pagesOf([]), (a, b) => a - b)) seen.push(...pairs);
  };
  await expect(join()).rejects.toThrow('lost');
  expect(seen).toEqual([{ source: 1, target: null }]);
});

it('a walk that is left early is closed', async () => {
  let closed = false;
  async function* pages(): Pages<number> {
    try {
      yield [1];
      yield [2];
    } finally {
      closed = true;
    }
  }
  for await (const _ of ahead(pages())) break;
  expect(closed).toBe(true);
});
