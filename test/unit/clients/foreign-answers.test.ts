import { describe, expect, it } from 'vitest';
import {
  ApiError,
  type TaskWrite,
  TaskWriter,
  UnexpectedAnswerError,
} from '../../../clients/typescript/index.js';
import { refusal, scripted } from '../../support/clients/scripted.js';
import { aSession, aTask } from '../../support/http/http-app.js';

const accepted = { status: 'accepted', count: 1, timestamp: 'now' };
const tasks = [aTask('a'), aTask('b')] as readonly TaskWrite[];

describe('an answer to a write that is not of the service', () => {
  it.each([
    ['an empty object', {}],
    ['null', null],
    ['a list', []],
    ['the status of another program', { status: 'ok', count: 2 }],
    ['a count of other records', { ...accepted, count: 1 }],
    ['no count', { status: 'stored' }],
    ['a quarantine that is no list', { ...accepted, count: 2, quarantined: {} }],
  ])('with %s, is an error, not an acknowledgement', async (_, answer) => {
    const { client, requests } = scripted([Response.json(answer)]);
    const error = await client.acceptTasks(tasks).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(error).toMatchObject({ status: 200, text: JSON.stringify(answer) });
    await expect(
      client.acceptSessions([aSession(), aSession('s-2')] as never),
    ).rejects.toBeInstanceOf(UnexpectedAnswerError);
    expect(requests).toHaveLength(2);
  });

  it('leaves the tasks with the writer', async () => {
    const { client, world } = scripted([Response.json({ status: 'ok' })]);
    const writer = new TaskWriter(client);
    for (const task of tasks) await writer.put(task);
    const error = await world.until(writer.close()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UnsentTasksError', tasks });
    expect(String(error)).toContain('not an answer of the service');
  });

  it.each([400, 409, 422])('is no verdict about tasks: %i without its code', async (status) => {
    const { client, world } = scripted([Response.json({ detail: [{ loc: [] }] }, { status })]);
    const writer = new TaskWriter(client);
    for (const task of tasks) await writer.put(task);
    const error = await world.until(writer.close()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UnsentTasksError', tasks, refused: [] });
  });

  it.each([
    ['null', null],
    ['a text', 'none'],
    ['an object', { path: 'tasks[0]' }],
    ['other things', [null, 'tasks[0]', { path: 3, message: 'x' }, { path: 'tasks[0]' }]],
  ])('has no places of the request if they are %s', async (_, errors) => {
    const { client } = scripted([refusal(422, { errors })]);
    const error = await client.acceptTasks(tasks).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).errors).toEqual([]);
  });
});

describe('a writer', () => {
  it.each(['store', '', 1])('has no acknowledgement like %j', (ack) => {
    const { client } = scripted([]);
    expect(() => new TaskWriter(client, { ack: ack as never })).toThrow(
      'ack: expected accepted or stored',
    );
  });
});
