import { createRoute, z } from '@hono/zod-openapi';
import { type Collection, TIMES } from '../../../domain/collection.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import type { RecordFields } from '../../../domain/write.js';
import { recordJson } from '../../presenting/record-json.js';
import { pageJson } from '../answers/page.js';
import { withProgress } from '../answers/progress.js';
import { JSON_TYPE, type RecordAnswers } from '../answers/record-answers.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { notFound } from '../problems/problem.js';
import { listQuerySchema, toListParameters } from '../schemas/list-query.schema.js';
import { sessionPageAnswer } from '../schemas/progress.schema.js';
import { sessionAnswer, taskAnswer, taskPageAnswer } from '../schemas/record-answers.schema.js';

const none = z.strictObject({});
export const byId = z.object({
  id: z.string().openapi({ description: 'The id of the record, percent-encoded.' }),
});
const LIST =
  'Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored; `fresh=true` waits until everything accepted before is stored. A page of large records is streamed: if the store fails in the middle, the answer is cut off and is not valid JSON.';

const sessionsQuery = listQuerySchema(SESSIONS).extend({
  include: z.enum(['progress']).optional().openapi({
    description:
      'Adds to each session how far it is, counted from its stored tasks. If the sessions of the page have more than 100,000 tasks, the counts may be some seconds old.',
  }),
});
const tasksQuery = listQuerySchema(TASKS);
const tasksOfSessionQuery = listQuerySchema(TASKS, [
  'session_id',
  ...TIMES.map(({ parameter }) => parameter),
]);

export function readingEndpoints(
  dependencies: HttpDependencies,
  records: RecordAnswers,
): readonly Endpoint[] {
  return [
    sessionsEndpoint(dependencies, records),
    tasksEndpoint(dependencies, records),
    oneEndpoint(dependencies, SESSIONS, 'session', 'getSession', sessionAnswer),
    oneEndpoint(dependencies, TASKS, 'task', 'getTask', taskAnswer),
    tasksOfSessionEndpoint(dependencies, records),
  ];
}

function sessionsEndpoint(
  { queryRecords, readProgress }: HttpDependencies,
  records: RecordAnswers,
): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${BASE}/sessions`,
      operationId: 'listSessions',
      tags: ['reading'],
      summary: 'List stored sessions',
      description: LIST,
      request: { query: sessionsQuery },
      responses: answers(sessionPageAnswer, 'One page', 422, 503),
    }),
    access: 'read',
    handle: async (context) => {
      const raw = queryOf(context, sessionsQuery);
      const parameters = toListParameters(SESSIONS, 'sessions', raw, { ofParent: false });
      const { query, fresh } = parameters;
      return records.send(context, { fresh }, async () => {
        const page = await queryRecords.list(SESSIONS, query, { exact: fresh });
        const present =
          raw.include === 'progress'
            ? (some: readonly RecordFields[]) => withProgress(readProgress, some, fresh)
            : undefined;
        return pageJson(SESSIONS, 'sessions', parameters, page, present);
      });
    },
  };
}

function tasksEndpoint({ queryRecords }: HttpDependencies, records: RecordAnswers): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${BASE}/tasks`,
      operationId: 'listTasks',
      tags: ['reading'],
      summary: 'List stored tasks',
      description: LIST,
      request: { query: tasksQuery },
      responses: answers(taskPageAnswer, 'One page', 422, 503),
    }),
    access: 'read',
    handle: async (context) => {
      const raw = queryOf(context, tasksQuery);
      const parameters = toListParameters(TASKS, 'tasks', raw, { ofParent: false });
      const { query, fresh } = parameters;
      return records.send(context, { fresh }, async () => {
        const page = await queryRecords.list(TASKS, query, { exact: fresh });
        return pageJson(TASKS, 'tasks', parameters, page);
      });
    },
  };
}

function oneEndpoint(
  { queryRecords }: HttpDependencies,
  collection: Collection,
  singular: string,
  operationId: string,
  answer: z.ZodType,
): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${BASE}/${singular}s/{id}`,
      operationId,
      tags: ['reading'],
      summary: `One ${singular}, with every accepted write, flushed or not`,
      description: `The stored ${singular} merged with its pending writes in the buffer of this instance.`,
      request: { params: byId, query: none },
      responses: answers(answer, `The ${singular}`, 404, 422, 503),
    }),
    access: 'read',
    handle: async (context) => {
      queryOf(context, none);
      const id = pathParameter(context, 'id');
      const record = await queryRecords.find(collection, id);
      if (record === null) throw notFound(`The ${singular} ${JSON.stringify(id)} does not exist.`);
      return context.body(recordJson(collection, record), 200, JSON_TYPE);
    },
  };
}

function tasksOfSessionEndpoint(
  { queryRecords }: HttpDependencies,
  records: RecordAnswers,
): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${BASE}/sessions/{id}/tasks`,
      operationId: 'listTasksOfSession',
      tags: ['reading'],
      summary: 'List the stored tasks of a session',
      description: LIST,
      request: { params: byId, query: tasksOfSessionQuery },
      responses: answers(taskPageAnswer, 'One page', 404, 422, 503),
    }),
    access: 'read',
    handle: async (context) => {
      const id = pathParameter(context, 'id');
      const list = `tasks of ${id}`;
      const parameters = toListParameters(TASKS, list, queryOf(context, tasksOfSessionQuery), {
        ofParent: true,
      });
      const { query, fresh } = parameters;
      return records.send(context, { fresh }, async () => {
        const page = await queryRecords.listOf(TASKS, id, query, { exact: fresh });
        if (page === null) throw notFound(`The session ${JSON.stringify(id)} does not exist.`);
        return pageJson(TASKS, list, parameters, page);
      });
    },
  };
}
