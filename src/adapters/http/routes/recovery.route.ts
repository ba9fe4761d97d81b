import { createRoute, z } from '@hono/zod-openapi';
import { SESSIONS } from '../../../domain/session.js';
import { TASKS } from '../../../domain/task.js';
import type { RecordFields } from '../../../domain/write.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { isoTime, presentRecord } from '../present.js';
import { notFound } from '../problem.js';
import { answers } from '../responses.js';
import { incompleteAnswer, restoreAnswer } from '../schemas/answers.schema.js';
import { streamed } from '../streamed.js';
import { byId } from './reading.route.js';

const none = z.strictObject({});

export function recoveryEndpoints({
  recoverSession,
  clock,
  logger,
}: HttpDependencies): readonly Endpoint[] {
  return [
    {
      route: createRoute({
        method: 'get',
        path: `${BASE}/recovery/incomplete-sessions`,
        operationId: 'listIncompleteSessions',
        tags: ['recovery'],
        summary: 'Unfinished sessions, newest first',
        description:
          'What a backend asks for after a crash: sessions whose status is not completed, failed, cancelled or skipped, and those that have unfinished tasks. Waits until everything accepted before is stored.',
        request: { query: none },
        responses: answers(incompleteAnswer, 'All of them', 422, 503),
      }),
      access: 'read',
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
        description:
          'Changes nothing. A task is unfinished unless it is `completed`, `failed`, `cancelled` or `skipped`. Waits until everything accepted before is stored. The answer is streamed: when the store fails in the middle it breaks off, and is no valid JSON.',
        request: { params: byId, query: none },
        responses: answers(restoreAnswer, 'The session; streamed', 404, 422, 503),
      }),
      access: 'read',
      handle: async (context) => {
        queryOf(context, none);
        const id = pathParameter(context, 'id');
        const restored = await recoverSession.restore(id);
        if (restored === null) throw notFound(`There is no session ${JSON.stringify(id)}.`);
        const chunks = restored.tasks[Symbol.asyncIterator]();
        // A store that fails by now is still a 503; later it can only break the answer off.
        const first = await chunks.next();
        const pieces = restoredJson(id, restored.session, first, chunks, isoTime(clock.now()));
        return streamed(context, logger, 'application/json', pieces);
      },
    },
  ];
}

type Chunks = AsyncIterator<readonly RecordFields[]>;

/** The answer piece by piece, so that a session of any size takes the memory of one chunk. */
async function* restoredJson(
  id: string,
  session: RecordFields,
  first: Awaited<ReturnType<Chunks['next']>>,
  chunks: Chunks,
  restoredAt: string,
) {
  try {
    yield `{"session_id":${JSON.stringify(id)},"session":${JSON.stringify(presentRecord(SESSIONS, session))},"tasks":[`;
    let count = 0;
    for (let chunk = first; chunk.done !== true; chunk = await chunks.next()) {
      if (chunk.value.length === 0) continue;
      const separator = count === 0 ? '' : ',';
      count += chunk.value.length;
      yield separator +
        chunk.value.map((task) => JSON.stringify(presentRecord(TASKS, task))).join(',');
    }
    yield `],"tasks_count":${count},"restored_at":"${restoredAt}"}`;
  } finally {
    // A client that went away needs no more chunks.
    await chunks.return?.();
  }
}
