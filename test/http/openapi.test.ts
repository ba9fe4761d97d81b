import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as answers from '../../src/adapters/http/schemas/answers.schema.js';
import * as progress from '../../src/adapters/http/schemas/progress.schema.js';
import * as records from '../../src/adapters/http/schemas/record-answers.schema.js';
import * as system from '../../src/adapters/http/schemas/system-answers.schema.js';
import { COLLECTIONS } from '../../src/domain/collections/list.js';
import { anHttpApp, aSession, aTask } from '../support/http/http-app.js';
import { quarantined } from '../support/http/pages.js';

interface Schema {
  readonly type?: string | readonly string[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Schema;
  }[];
  readonly responses: Readonly<Record<string, { readonly headers?: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const app = anHttpApp();
const document = await app.ok<Document>(await app.get('/openapi.json'));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

describe('the OpenAPI document', () => {
  it('is of version 3.1 and refers only to its own schemas', () => {
    expect(document.openapi).toBe('3.1.0');
    const text = JSON.stringify(document);
    const used = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(used.length).toBeGreaterThan(50);
    for (const name of used) expect(document.components.schemas).toHaveProperty(name);
  });

  it.each(Object.keys(document.components.schemas))('shows an example of %s', (name) => {
    expect(document.components.schemas[name]?.example).toBeDefined();
  });

  // A client made from the document has only the description: its types have no such limit.
  it('names the limit of a list beside what it is for', () => {
    const lists = Object.entries(document.components.schemas)
      .filter(([name]) => /Request$|Batch$/.test(name))
      .flatMap(([, { properties = {} }]) => Object.values(properties))
      .filter(({ maxItems }) => maxItems !== undefined);
    expect(lists.length).toBeGreaterThan(3);
    for (const { description, maxItems } of lists)
      expect(description?.replaceAll(',', '')).toMatch(new RegExp(`\\b${maxItems}\\b`));
  });

  it.each(operations)('documents the answers of $name', ({ operation }) => {
    expect(operation.summary).not.toBe('');
    expect(operation.tags).toHaveLength(1);
    for (const status of ['200', '422', '500']) expect(operation.responses).toHaveProperty(status);
    expect(JSON.stringify(operation.responses['500'])).toContain('X-Request-Id');
  });

  it.each(operations)('has every part of the path of $name as a parameter', (operation) => {
    const named = [...operation.name.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const documented = (operation.operation.parameters ?? []).filter((it) => it.in === 'path');
    expect(documented.map(({ name }) => name)).toEqual(named);
  });

  it('defines additional properties for every object in an answer', () => {
    const answered = [operations.map(({ operation }) => operation.responses), document.components];
    const open: object[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const schema = value as { type?: unknown; additionalProperties?: unknown };
      const isObject = [schema.type].flat().includes('object');
      if (isObject && schema.additionalProperties === undefined) open.push(schema);
      for (const [name, part] of Object.entries(value)) if (name !== 'example') visit(part);
    };
    visit(answered);
    expect(open).toEqual([]);
  });

  it('requires no zone in the times of a task', async () => {
    const { start_time } = document.components.schemas.TaskInput?.properties ?? {};
    expect(start_time).not.toHaveProperty('format');
    const task = aTask('t-1', { start_time: '2026-11-24T12:00:00' });
    expect((await anHttpApp().post('tasks/batch', { tasks: [task] })).status).toBe(200);
  });

  it('gives parameters defaults of their own type', () => {
    const parameters = operations.flatMap(({ operation }) => operation.parameters ?? []);
    const defaults = parameters.filter(({ schema }) => schema.default !== undefined);
    expect(defaults.length).toBeGreaterThan(10);
    for (const { schema } of defaults) {
      expect(schema.type === 'integer' ? 'number' : schema.type).toBe(typeof schema.default);
    }
  });

  it.each([
    ['SessionInput', 'translation_sessions'],
    ['TaskInput', 'translation_tasks'],
  ])('states which fields of %s null clears', (schema, name) => {
    const collection = COLLECTIONS.find((candidate) => candidate.name === name);
    const properties = document.components.schemas[schema]?.properties ?? {};
    for (const { name: field, required, initial } of collection?.fields ?? []) {
      const type = properties[field]?.type;
      expect([field, Array.isArray(type) && type.includes('null')]).toEqual([
        field,
        !required && initial === null,
      ]);
    }
  });
});

describe('the key in the document', () => {
  const securityOf = async (access: object) => {
    const live = anHttpApp({}, { access });
    const headers = { authorization: 'Bearer reader' };
    const { paths } = await live.ok<Document>(await live.app.request('/openapi.json', { headers }));
    return (path: string, method: string) =>
      paths[path.replace('~', '/api/v1/translation')]?.[method]?.security;
  };

  it('is optional on a service without keys', async () => {
    const security = await securityOf({});
    expect(security('~/tasks', 'get')).toEqual([{}, { apiKey: ['read'] }]);
    expect(security('~/tasks/batch', 'post')).toEqual([{}, { apiKey: ['write'] }]);
    expect(security('~/sessions/{id}', 'delete')).toEqual([{}, { apiKey: ['admin'] }]);
    expect(security('/health/live', 'get')).toEqual([]);
  });

  const sha256 = createHash('sha256').update('reader').digest('hex');
  const apiKeys = [{ name: 'reader', sha256, scopes: ['read'] }];

  it.each([true, false])('is required on a service with keys; public pages: %s', async (open) => {
    const security = await securityOf({ apiKeys, publicMetrics: open, publicDocs: open });
    expect(security('~/tasks', 'get')).toEqual([{ apiKey: ['read'] }]);
    const page = [...(open ? [{}] : []), { apiKey: ['read'] }];
    expect(security('/openapi.json', 'get')).toEqual(page);
    expect(security('/api/v1/system/metrics', 'get')).toEqual(page);
  });
});

describe('every answer matches the document', () => {
  it('in every kind of answer', async () => {
    const live = anHttpApp();
    const session = aSession('s-1', { game_info: { genre: 'adventure' } });
    const tasks = [aTask('t-1', { confidence: 0.5 }), aTask('orphan', { session_id: 'none' })];
    const exchanges = [
      [answers.batchAnswer, () => live.post('sessions/batch', { sessions: [session] })],
      [answers.batchAnswer, () => live.post('tasks/batch?ack=stored', { tasks })],
      [answers.flushAnswer, () => live.post('flush')],
      [progress.sessionPageAnswer, () => live.get('sessions')],
      [records.taskPageAnswer, () => live.get('sessions/s-1/tasks')],
      [records.taskPageAnswer, () => live.get('tasks?fresh=true')],
      [records.sessionAnswer, () => live.get('sessions/s-1')],
      [records.taskAnswer, () => live.get('tasks/t-1')],
      [answers.incompleteAnswer, () => live.get('recovery/incomplete-sessions')],
      [answers.restoreAnswer, () => live.post('recovery/restore/s-1')],
      [progress.sessionPageAnswer, () => live.get('sessions?include=progress')],
      [progress.progressAnswer, () => live.get('sessions/s-1/progress')],
      [progress.failuresAnswer, () => live.get('failures')],
      [progress.retriedAnswer, () => live.post('sessions/s-1/retry')],
      [system.statisticsAnswer, () => live.get('stats')],
      [answers.quarantinePageAnswer, () => live.get('quarantine')],
      [answers.requeuedAnswer, () => live.post('quarantine/requeue')],
      [answers.cleanUpAnswer, () => live.post('sessions/cleanup')],
      [answers.deletedSessionAnswer, () => live.remove('sessions/s-1')],
      [system.healthAnswer, () => live.get('/health')],
      [system.livenessAnswer, () => live.get('/health/live')],
      [system.readinessAnswer, () => live.get('/health/ready')],
    ] as const;
    for (const [schema, send] of exchanges) schema.parse(await live.ok(await send()));
    const { items } = await quarantined(live, 1, 1);
    const dropped = await live.remove(`quarantine/${items[0]?.id}`);
    answers.droppedAnswer.parse(await live.ok(dropped));
    system.problemAnswer.parse(await live.problem(await live.get('tasks?page=0')));
  });

  it('in every example', () => {
    const schemas = document.components.schemas;
    const documented = {
      Session: records.sessionAnswer,
      Task: records.taskAnswer,
      SessionPage: progress.sessionPageAnswer,
      TaskPage: records.taskPageAnswer,
      BatchAnswer: answers.batchAnswer,
      FlushAnswer: answers.flushAnswer,
      IncompleteSessions: answers.incompleteAnswer,
      RestoredSession: answers.restoreAnswer,
      ListedSession: progress.listedSession,
      SessionProgress: progress.progressAnswer,
      Failures: progress.failuresAnswer,
      RetryRequest: progress.retryBody,
      RetriedSession: progress.retriedAnswer,
      DeletedSession: answers.deletedSessionAnswer,
      CleanUpAnswer: answers.cleanUpAnswer,
      Statistics: system.statisticsAnswer,
      QuarantinePage: answers.quarantinePageAnswer,
      RequeuedAnswer: answers.requeuedAnswer,
      DroppedAnswer: answers.droppedAnswer,
      Health: system.healthAnswer,
      Liveness: system.livenessAnswer,
      Readiness: system.readinessAnswer,
      Problem: system.problemAnswer,
    };
    for (const [name, schema] of Object.entries(documented)) schema.parse(schemas[name]?.example);
  });

  it.each(['sessions', 'tasks'])('and the example of a batch of %s is accepted', async (name) => {
    const batch = name === 'sessions' ? 'SessionInputBatch' : 'TaskInputBatch';
    const example = document.components.schemas[batch]?.example;
    expect((await anHttpApp().post(`${name}/batch`, example)).status).toBe(200);
  });
});
