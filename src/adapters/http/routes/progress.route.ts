import { createRoute, z } from '@hono/zod-openapi';
import { TASKS } from '../../../domain/collections/tasks.js';
import { failureGroupJson, progressJson } from '../answers/progress.js';
import type { ReadQueue } from '../answers/read-queue.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { notFound } from '../problems/problem.js';
import { digits, filterText, fresh } from '../schemas/list-query.schema.js';
import { failuresAnswer, progressAnswer } from '../schemas/progress.schema.js';
import { byId } from './reading.route.js';

const MOST_GROUPS = 1000;
const DEFAULT_GROUPS = 50;

const progressQuery = z.strictObject({ fresh });
const failuresQuery = z.strictObject({
  session_id: filterText.optional().openapi({ description: 'Only tasks of this session.' }),
  limit: digits(1, MOST_GROUPS, DEFAULT_GROUPS).openapi({
    description: 'Maximum number of groups.',
  }),
  fresh,
});

/** How far a session is, and what went wrong. */
export function progressEndpoints(
  { readProgress, readFailures }: HttpDependencies,
  reads: ReadQueue,
): readonly Endpoint[] {
  return [
    {
      route: createRoute({
        method: 'get',
        path: `${BASE}/sessions/{id}/progress`,
        operationId: 'getSessionProgress',
        tags: ['reading'],
        summary: 'How far a session is, sheet by sheet',
        description:
          'Counted from the stored tasks of the session, not from its own counters. For more than 10,000 tasks the counts may be some seconds old, unless `fresh=true` is given.',
        request: { params: byId, query: progressQuery },
        responses: answers(progressAnswer, 'The counts', 404, 422, 503),
      }),
      access: 'read',
      handle: async (context) => {
        const fresh = queryOf(context, progressQuery).fresh === 'true';
        const id = pathParameter(context, 'id');
        const read = () => readProgress.of(TASKS, id, { exact: fresh });
        const progress = await reads.run(context, { fresh }, read);
        if (progress === null) throw notFound(`The session ${JSON.stringify(id)} does not exist.`);
        return context.json(progressJson(id, progress));
      },
    },
    {
      route: createRoute({
        method: 'get',
        path: `${BASE}/failures`,
        operationId: 'listFailures',
        tags: ['reading'],
        summary: 'Failed tasks, grouped by cause',
        description:
          'Tasks whose status is `failed`, grouped by what their error messages have in common, the largest group first. At most the newest 10,000 tasks are looked at.',
        request: { query: failuresQuery },
        responses: answers(failuresAnswer, 'The groups', 422, 503),
      }),
      access: 'read',
      handle: async (context) => {
        const raw = queryOf(context, failuresQuery);
        const options = {
          parentKey: raw.session_id ?? null,
          limit: Number(raw.limit ?? DEFAULT_GROUPS),
        };
        const failures = await reads.run(context, { fresh: raw.fresh === 'true' }, () =>
          readFailures.read(TASKS, options),
        );
        return context.json({ ...failures, groups: failures.groups.map(failureGroupJson) });
      },
    },
  ];
}
