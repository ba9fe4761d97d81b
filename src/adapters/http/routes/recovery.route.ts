import { createRoute, z } from '@hono/zod-openapi';
import type { RestoredSession } from '../../../application/recover-session.js';
import { SESSIONS } from '../../../domain/session.js';
import { TASKS } from '../../../domain/task.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { isoTime, presentRecord } from '../present.js';
import { notFound } from '../problem.js';
import { answers } from '../responses.js';
import { incompleteAnswer, restoreAnswer } from '../schemas/answers.schema.js';
import { byId } from './reading.route.js';

const none = z.strictObject({});

export function recoveryEndpoints({
  recoverSession,
  clock,
}: HttpDependencies): readonly Endpoint[] {
  return [
    {
      route: createRoute({
        method: 'get',
        path: `${BASE}/recovery/incomplete-sessions`,
        operationId: 'listIncompleteSessions',
        tags: ['recovery'],
        summary: 'Sessions that are pending or processing, newest first',
        request: { query: none },
        responses: answers(incompleteAnswer, 'All of them', 422, 503),
      }),
      handle: async (context) => {
        queryOf(context, none);
        const sessions = await recoverSession.incompleteSessions();
        return context.json({
          count: sessions.length,
          sessions: sessions.map((session) => presentRecord(SESSIONS, session)),
        });
      },
    },
    {
      route: createRoute({
        method: 'post',
        path: `${BASE}/recovery/restore/{id}`,
        operationId: 'restoreSession',
        tags: ['recovery'],
        summary: 'A session with all its unfinished tasks',
        request: { params: byId, query: none },
        responses: answers(restoreAnswer, 'The session; streamed', 404, 422, 503),
      }),
      handle: async (context) => {
        queryOf(context, none);
        const id = pathParameter(context, 'id');
        const restored = await recoverSession.restore(id);
        if (restored === null) throw notFound(`There is no session ${JSON.stringify(id)}.`);
        const body = ReadableStream.from(restoredJson(id, restored, isoTime(clock.now())));
        return context.body(body.pipeThrough(new TextEncoderStream()), 200, {
          'content-type': 'application/json',
        });
      },
    },
  ];
}

/** The answer piece by piece, so that a session of any size takes the memory of one chunk. */
async function* restoredJson(id: string, { session, tasks }: RestoredSession, restoredAt: string) {
  yield `{"session_id":${JSON.stringify(id)},"session":${JSON.stringify(presentRecord(SESSIONS, session))},"tasks":[`;
  let count = 0;
  for await (const chunk of tasks) {
    if (chunk.length === 0) continue;
    const separator = count === 0 ? '' : ',';
    count += chunk.length;
    yield separator + chunk.map((task) => JSON.stringify(presentRecord(TASKS, task))).join(',');
  }
  yield `],"tasks_count":${count},"restored_at":"${restoredAt}"}`;
}
