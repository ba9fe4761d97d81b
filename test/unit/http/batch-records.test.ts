import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../src/adapters/http/body/batch-records.js';
import { BodyScan } from '../../../src/adapters/http/body/body-scan.js';
import { JsonField } from '../../../src/adapters/http/body/json-field.js';
import { BUDGET, Pace } from '../../../src/adapters/http/body/pace.js';

/** The records of a body that is scanned `step` bytes at a time; JSON fields as their texts. */
async function read(text: string, step = 100_000, pace = new Pace()) {
  const bytes = Buffer.from(text);
  const scan = new BodyScan(bytes);
  while (!scan.ended) scan.advance(step);
  if (scan.problem !== null) throw new Error(scan.problem);
  const frame = await frameOf(bytes, scan, pace);
  const body = frame.body as Record<string, unknown>;
  const list = body.tasks as unknown[];
  const records: unknown[] = [];
  await frame.each(list, (record) => records.push(plain(record)));
  pace.end();
  return { ...body, tasks: records };
}

function plain(record: unknown): unknown {
  if (typeof record !== 'object' || record === null) return record;
  if (Array.isArray(record)) return record.map(unwrapped);
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, unwrapped(value)]),
  );
}

function unwrapped(value: unknown): unknown {
  return value instanceof JsonField ? (JSON.parse(value.text) as unknown) : value;
}

const manyRecords = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    task_id: `t-${index}`,
    text: `"[{quoted \\ brackets}]," 暴雪 ${index}`,
    nested: { list: [[index], { deep: [] }] },
  }));

const anyRecord = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
  fc.constant({ text: 'x"\\'.repeat(70_000), json: { a: ['y'.repeat(70_000)] } }),
);

describe('the records of a body', () => {
  it('equal the result of JSON.parse, over many slices', async () => {
    const body = { tasks: manyRecords(5000) };
    expect(await read(JSON.stringify(body))).toEqual(body);
    expect(await read(JSON.stringify(body, null, 2))).toEqual(body);
  });

  it('equal the result of JSON.parse for any list', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 8 }), async (tasks) => {
        const text = JSON.stringify({ tasks });
        expect(await read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('are the same wherever the scan pauses, also inside a string or an escape', async () => {
    const body = { tasks: [...manyRecords(3), { text: '"\\\\"]}'.repeat(40_000) }, { last: 1 }] };
    const text = JSON.stringify(body);
    for (const step of [1, 2, 3, 7, 64 * 1024]) expect(await read(text, step)).toEqual(body);
  });

  it('are accepted if JSON.parse accepts the body, and otherwise refused', async () => {
    const pieces = ['{', '}', '[', ']', '"', ',', ':', '\\', '1', 'null', ' ', 'x', '"a":', '{}'];
    const change = fc.tuple(fc.nat(200), fc.nat(3), fc.constantFrom('', ...pieces));
    const text = JSON.stringify({ tasks: [{ a: 'x"', j: { b: [1, { c: '}' }] } }, [2, [3]], 4] });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 3 }), async (changes) => {
        const changed = changes.reduce(
          (now, [at, gone, come]) => now.slice(0, at) + come + now.slice(at + gone),
          text,
        );
        const wanted = parsed(changed);
        const found = await read(changed).catch((error: Error) => error);
        // If the name of the list is not `tasks` any more, its records are not read.
        if (wanted === undefined) expect(found).toBeInstanceOf(Error);
        else if (isBatch(wanted)) expect(found).toEqual(wanted);
      }),
      { numRuns: 2000 },
    );
  });

  it('keep the order of names, and the notation of numbers, in their JSON', async () => {
    const json = '{ "10" : 1.50,\n "2":[ 1e2 , -0 ], "\\u6f22 \\n":"\\u6f22\\"" }';
    const bytes = Buffer.from(`{"tasks":[{"game_info":${json}}]}`);
    const scan = new BodyScan(bytes);
    scan.advance(bytes.length);
    const frame = await frameOf(bytes, scan, new Pace());
    const texts: string[] = [];
    await frame.each((frame.body as { tasks: unknown[] }).tasks, (record) =>
      texts.push((record as { game_info: JsonField }).game_info.text),
    );
    expect(texts).toEqual(['{"10":1.50,"2":[1e2,-0],"漢 \\n":"漢\\""}']);
  });

  it('let other requests run after a budget of work, and after each record that is larger', async () => {
    const worked: number[] = [];
    await read(
      JSON.stringify({ tasks: manyRecords(5000) }),
      100_000,
      new Pace((units) => worked.push(units)),
    );
    expect(worked.length).toBeGreaterThan(3);
    expect(Math.max(...worked)).toBeLessThanOrEqual(BUDGET);
  });

  it.each([
    ['a record cut short', '{"tasks":[{"a":1},{"b":', 'line 1, column 24: unexpected end'],
    ['a missing comma', '{"tasks":[{"a":1} {"b":2}]}', 'line 1, column 19'],
    ['a comma too many', '{"tasks":[{"a":1},]}', 'line 1, column 19'],
    ['text that is not JSON', '{"tasks":[{"a":{1}}]}', 'line 1, column 17'],
    ['brackets that do not match', '{"tasks":[{"a":1]}]}', 'line 1, column 17'],
    ['something after the end', '{"tasks":[{"a":1}]}]', 'line 1, column 20'],
  ])('are refused with the place of %s', async (_what, text, place) => {
    await expect(read(text)).rejects.toThrow(place);
  });

  it('of a large body are refused with the range of invalid bytes', async () => {
    const text = JSON.stringify({ tasks: manyRecords(5000) });
    const broken = text.replace('"t-3000"', '"t-3000');
    await expect(read(broken)).rejects.toThrow(/bytes \d+ to \d+|its end/);
  });

  it('are refused in a list with a repeated name, too', async () => {
    const text = '{"tasks":[{this is : not json}],"tasks":[{}]}';
    await expect(read(text)).rejects.toThrow('not valid JSON');
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBatch(body: unknown): boolean {
  return Array.isArray((body as { tasks?: unknown } | null)?.tasks);
}
