import { createRoute, z } from '@hono/zod-openapi';
import type { RecordChunks, RestoredRecord } from '../../../application/reading/read-unfinished.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { isoTime, recordJson } from '../../presenting/record-json.js';
import type { RecordAnswers } from '../answers/record-answers.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { notFound } from '../problems/problem.js';
import { incompleteAnswer, restoreAnswer } from '../schemas/answers.schema.js';
import { byId } from './reading.route.js';

const none = z.strictObject({});

export function recoveryEndpoints(
  { readUnfinished, clock }: HttpDependencies,
  records: RecordAnswers,
): readonly Endpoint[] {
  return [
    {
      route: createRoute({
        method: 'get',
        path: `${BASE}/recovery/incomplete-sessions`,
        operationId: 'listIncompleteSessions',
        tags: ['recovery'],
        summary: 'Unfinished sessions, newest first',
        description:
          'For a backend after a crash: sessions whose status is not completed, failed, cancelled or skipped, and those that have unfinished tasks. Waits until everything accepted before is stored.',
        request: { query: none },
        responses: answers(incompleteAnswer, 'All of them', 422, 503),
      }),
      access: 'read',
      handle: async (context) => {
        queryOf(context, none);
        return records.send(context, { fresh: true }, async () =>
          incompleteJson(readUnfinished.list(SESSIONS)),
        );
      },
    },
    {
      route: createRoute({
        method: 'post',
        path: `${BASE}/recovery/restore/{id}`,
        operationId: 'restoreSession',
        tags: ['recovery'],
        summary: 'A session with all its unfinished tasks',
        description:
          'Changes nothing. A task is unfinished unless it is `completed`, `failed`, `cancelled` or `skipped`. Waits until everything accepted before is stored. The answer is streamed: if the store fails in the middle, it is cut off and is not valid JSON.',
        request: { params: byId, query: none },
        responses: answers(restoreAnswer, 'The session; streamed', 404, 422, 503),
      }),
      access: 'read',
      handle: async (context) => {
        queryOf(context, none);
        const id = pathParameter(context, 'id');
        return records.send(context, { fresh: true }, async () => {
          const restored = await readUnfinished.restore(SESSIONS, id);
          if (restored === null)
            throw notFound(`The session ${JSON.stringify(id)} does not exist.`);
          return restoredJson(id, restored, isoTime(clock.now()));
        });
      },
    },
  ];
}

async function* incompleteJson(sessions: RecordChunks): AsyncGenerator<string> {
  yield '{"sessions":[';
  let count = 0;
  for await (const chunk of sessions) {
    for (const session of chunk) {
      yield (count === 0 ? '' : ',') + recordJson(SESSIONS, session);
      count += 1;
    }
  }
  yield `],"count":${count}}`;
}

async function* restoredJson(
  id: string,
  { record: session, unfinished }: RestoredRecord,
  restoredAt: string,
): AsyncGenerator<string> {
  yield `{"session_id":${JSON.stringify(id)},"session":${recordJson(SESSIONS, session)},"tasks":[`;
  let count = 0;
  for await (const chunk of unfinished(TASKS)) {
    for (const task of chunk) {
      yield (count === 0 ? '' : ',') + recordJson(TASKS, task);
      count += 1;
    }
  }
  yield `],"tasks_count":${count},"restored_at":"${restoredAt}"}`;
}
