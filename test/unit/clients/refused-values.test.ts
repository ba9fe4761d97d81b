import { describe, expect, it } from 'vitest';
import {
  InvalidValueError,
  type TaskWrite,
  TaskWriter,
} from '../../../clients/typescript/index.js';
import { FakeSink } from '../../support/clients/fake-sink.js';
import { FakeWorld } from '../../support/clients/fake-world.js';
import { scripted } from '../../support/clients/scripted.js';
import { aTask } from '../../support/http/http-app.js';

const task = (id: string) => aTask(id) as TaskWrite;
function aWriter() {
  const world = new FakeWorld();
  const sink = new FakeSink(world);
  return { world, sink, writer: new TaskWriter(sink) };
}

describe('completing a task', () => {
  it.each([undefined, null, 7, {}, ['épée']])('with %j is refused', async (text) => {
    const { writer } = aWriter();
    const error = await writer.complete(task('a'), text as never).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidValueError);
    expect(error).toMatchObject({ field: 'target_text' });
    expect(error.message).toContain('fail(task, error)');
    expect(writer.held).toBe(0);
  });

  it('with an empty text is no mistake', async () => {
    const { writer, sink, world } = aWriter();
    await writer.complete(task('a'), '');
    await world.until(writer.close());
    expect(sink.stored.get('a')).toMatchObject({ status: 'completed', target_text: '' });
  });
});

describe('the error of a failed task', () => {
  const MOST = 2 ** 20;
  const kept = async (error: unknown) => {
    const { writer, sink, world } = aWriter();
    await writer.fail(task('a'), error);
    await world.until(writer.close());
    return sink.stored.get('a')?.error_message as string;
  };

  it.each([
    ['a\0b', 'a\ufffdb'],
    ['half \ud83d of a lamp 🏮', 'half \ufffd of a lamp 🏮'],
    ['\udfee', '\ufffd'],
  ])('is kept without what the service refuses: %j', async (message, text) => {
    expect(await kept(new Error(message))).toBe(text);
    expect(await kept(message)).toBe(text);
  });

  it.each(['x', 'é', '剑', '🏮'])('is cut to the limit of the service, of %s', async (letter) => {
    const bytes = Buffer.byteLength(letter);
    const whole = letter.repeat(MOST / bytes);
    expect(await kept(whole)).toBe(whole);
    const cut = await kept(`${whole}${letter}`);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(MOST);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(MOST - 8);
    expect(cut.endsWith(`${letter}…`)).toBe(true);
  });

  it('may be anything, also what has no text', async () => {
    expect(await kept(Object.create(null))).toBe('unknown error');
    expect(await kept(Object.assign(new Error(), { message: 7 }))).toBe('7');
    expect(await kept(undefined)).toBe('undefined');
  });
});

describe('a task without a usable id', () => {
  it.each([undefined, null, 7, '', {}])('%j is refused at once', async (task_id) => {
    const { writer } = aWriter();
    const broken = { ...aTask('a'), task_id } as never;
    const error = await writer.put(broken).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidValueError);
    expect(error).toMatchObject({ field: 'task_id' });
    expect(writer.held).toBe(0);
  });
});

describe('a key that no header can hold', () => {
  it('is nothing about the tasks: they stay with the writer, and are sent with the next key', async () => {
    let key = 'se\ncret';
    const count = { status: 'accepted', count: 2, timestamp: 'now' };
    const { client, world, requests } = scripted([Response.json(count)], { apiKey: () => key });
    const writer = new TaskWriter(client);
    for (const id of ['a', 'b']) await writer.put(task(id));
    const error = await world.until(writer.flush()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'UnsentTasksError',
      tasks: [task('a'), task('b')],
      refused: [],
      cause: { field: 'apiKey' },
    });
    key = 'secret';
    await world.until(writer.close());
    expect(requests).toHaveLength(1);
    expect(JSON.parse(String(requests[0]?.init.body)).tasks).toHaveLength(2);
  });
});

describe('a task that its program spoils while it waits', () => {
  it('is refused with the reason, and the others are sent', async () => {
    const accepted = { status: 'accepted', count: 2, timestamp: 'now' };
    const { client, world, requests } = scripted([Response.json(accepted)]);
    const writer = new TaskWriter(client);
    const start_time = new Date();
    for (const id of ['a', 'b', 'c']) {
      await writer.put(id === 'b' ? { ...task(id), start_time } : task(id));
    }
    start_time.setTime(Number.NaN);
    const error = await world.until(writer.close()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'RefusedTasksError',
      refused: [{ task: { task_id: 'b' }, reason: 'start_time: an invalid Date' }],
    });
    const [sent] = requests.map(({ init }) => JSON.parse(String(init.body)).tasks);
    expect(sent.map(({ task_id }: TaskWrite) => task_id)).toEqual(['a', 'c']);
  });
});
