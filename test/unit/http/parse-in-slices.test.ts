import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyScan } from '../../../src/adapters/http/body-scan.js';
import { parseInSlices } from '../../../src/adapters/http/parse-in-slices.js';

/** Looked at `step` bytes at a time. */
const parse = (text: string, step = Number.POSITIVE_INFINITY) => {
  const bytes = Buffer.from(text);
  const scan = new BodyScan(bytes);
  while (!scan.ended) scan.advance(step);
  return parseInSlices(bytes, scan.slices);
};
const manyRecords = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    task_id: `t-${index}`,
    text: `"[{quoted \\ brackets}]," 暴雪 ${index}`,
    nested: { list: [[index], { deep: [] }] },
  }));

describe('parsing a large body in slices', () => {
  it('makes what JSON.parse makes, over many slices', async () => {
    const body = { tasks: manyRecords(5000) };
    expect(await parse(JSON.stringify(body))).toEqual(body);
    expect(await parse(JSON.stringify(body, null, 2))).toEqual(body);
  });

  it('makes what JSON.parse makes of any list', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constant({ text: 'x'.repeat(70_000) })),
          {
            maxLength: 8,
          },
        ),
        async (tasks) => {
          const text = JSON.stringify({ tasks });
          expect(await parse(text)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  it('finds the same slices wherever the look at the body pauses, inside a string or an escape too', async () => {
    const body = { tasks: [...manyRecords(3), { text: '"\\\\"]}'.repeat(40_000) }, { last: 1 }] };
    const text = JSON.stringify(body);
    for (const step of [1, 2, 3, 7, 64 * 1024]) expect(await parse(text, step)).toEqual(body);
  });

  it('takes a slice with any number of plain values among its records', async () => {
    const list = `{},${'1,'.repeat(300_000)}{}`;
    const bytes = Buffer.from(`{"tasks":[${list}]}`);
    const from = '{"tasks":['.length;
    const parsed = await parseInSlices(bytes, [{ from, until: from + list.length }]);
    expect(parsed).toEqual(JSON.parse(bytes.toString()));
  });

  it.each([
    ['another shape', '{"tasks":{"a":{"b":1}}}'],
    ['more than one property', '{"tasks":[{"a":1}],"more":[]}'],
    ['two lists of one name', '{"tasks":[{"a":1}],"tasks":[{"b":2},[3],4]}'],
    ['no JSON in a list whose name comes again', '{"tasks":[{this is : not json}],"tasks":[{}]}'],
    ['a list', '[[{"a":1}]]'],
    ['a name that is no ordinary property', '{"__proto__":[{"a":1}]}'],
    ['a record cut short', '{"tasks":[{"a":1},{"b":'],
    ['a missing comma', '{"tasks":[{"a":1} {"b":2}]}'],
    ['a comma too many', '{"tasks":[{"a":1},]}'],
    ['brackets that do not match', '{"tasks":[{"a":1]}]}'],
    ['something after the end', '{"tasks":[{"a":1}]}]'],
    ['no JSON at all', 'tasks'],
  ])('leaves %s to JSON.parse', async (_what, text) => {
    expect(await parse(text)).toBeUndefined();
  });
});
