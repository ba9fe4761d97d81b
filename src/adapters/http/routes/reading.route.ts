import { createRoute, z } from '@hono/zod-openapi';
import { type Collection, TIMES } from '../../../domain/collection.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { recordJson } from '../../presenting/record-json.js';
import { pageJson } from '../answers/page.js';
import { JSON_TYPE, type RecordAnswers } from '../answers/record-answers.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { notFound } from '../problems/problem.js';
import {
  sessionAnswer,
  sessionPageAnswer,
  taskAnswer,
  taskPageAnswer,
} from '../schemas/answers.schema.js';
import { listQuerySchema, toListParameters } from '../schemas/list-query.schema.js';

const none = z.strictObject({});
export const byId = z.object({ id: z.string() });
const LIST =
  'Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored; `fresh=true` waits until everything accepted before is stored. A page of large records is streamed: if the store fails in the middle, the answer is cut off and is not valid JSON.';

const sessionsQuery = listQuerySchema(SESSIONS);
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
    listEndpoint(
      dependencies,
      records,
      SESSIONS,
      'sessions',
      'listSessions',
      sessionsQuery,
      sessionPageAnswer,
    ),
    listEndpoint(dependencies, records, TASKS, 'tasks', 'listTasks', tasksQuery, taskPageAnswer),
    oneEndpoint(dependencies, SESSIONS, 'session', 'getSession', sessionAnswer),
    oneEndpoint(dependencies, TASKS, 'task', 'getTask', taskAnswer),
    tasksOfSessionEndpoint(dependencies, records),
  ];
}

function listEndpoint(
  { queryRecords }: HttpDependencies,
  records: RecordAnswers,
  collection: Collection,
  plural: string,
  operationId: string,
  schema: typeof sessionsQuery | typeof tasksQuery,
  answer: z.ZodType,
): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${BASE}/${plural}`,
      operationId,
      tags: ['reading'],
      summary: `List stored ${plural}`,
      description: LIST,
      request: { query: schema },
      responses: answers(answer, 'One page', 422, 503),
    }),
    access: 'read',
    handle: async (context) => {
      const parameters = toListParameters(collection, plural, queryOf(context, schema), {
        ofParent: false,
      });
      return records.send(context, async () => {
        const page = await queryRecords.list(collection, parameters.query, parameters);
        return pageJson(collection, plural, parameters, page);
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
      return records.send(context, async () => {
        const page = await queryRecords.listOf(TASKS, id, parameters.query, parameters);
        if (page === null) throw notFound(`The session ${JSON.stringify(id)} does not exist.`);
        return pageJson(TASKS, list, parameters, page);
      });
    },
  };
}
