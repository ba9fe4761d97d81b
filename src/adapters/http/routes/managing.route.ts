import { createRoute, z } from '@hono/zod-openapi';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { DEFAULT_RETENTION, MAX_RETENTION_DAYS } from '../../../domain/retention.js';
import type { ReadQueue } from '../answers/read-queue.js';
import { statisticsJson } from '../answers/statistics.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { notFound } from '../problems/problem.js';
import { cleanUpAnswer, deletedSessionAnswer } from '../schemas/answers.schema.js';
import { digits, flag, fresh } from '../schemas/list-query.schema.js';
import { statisticsAnswer } from '../schemas/system-answers.schema.js';
import { byId } from './reading.route.js';

const none = z.strictObject({});

const cleanUpQuery = z.strictObject({
  completed_days: digits(0, MAX_RETENTION_DAYS, DEFAULT_RETENTION.completedDays).openapi({
    description:
      'Days since its creation after which a completed, cancelled or skipped session is deleted.',
  }),
  failed_days: digits(0, MAX_RETENTION_DAYS, DEFAULT_RETENTION.failedDays).openapi({
    description: 'Days since its creation after which a failed session is deleted.',
  }),
  dry_run: flag.openapi({ description: 'Only count what would be deleted.' }),
});

const statisticsQuery = z.strictObject({ fresh });

/** Endpoints for deleting, clean-up and statistics. */
export function managingEndpoints(
  dependencies: HttpDependencies,
  reads: ReadQueue,
): readonly Endpoint[] {
  const { deleteRecord, cleanUp, readStatistics } = dependencies;
  return [
    {
      route: createRoute({
        method: 'delete',
        path: `${BASE}/sessions/{id}`,
        operationId: 'deleteSession',
        tags: ['managing'],
        summary: 'Delete a session and its tasks, including buffered writes',
        description:
          'A delete is a write: no write accepted before it, wherever it waits, restores the session or a task of it; a write accepted after it creates the record anew.',
        request: { params: byId, query: none },
        responses: answers(deletedSessionAnswer, 'Deleted', 404, 422, 503),
      }),
      access: 'admin',
      handle: async (context) => {
        queryOf(context, none);
        const id = pathParameter(context, 'id');
        const deleted = await deleteRecord.delete(SESSIONS, id);
        if (deleted === null) throw notFound(`The session ${JSON.stringify(id)} does not exist.`);
        return context.json({
          status: 'deleted',
          session_id: id,
          deleted_tasks: deleted.descendants.get(TASKS.name) ?? 0,
        });
      },
    },
    {
      route: createRoute({
        method: 'post',
        path: `${BASE}/sessions/cleanup`,
        operationId: 'cleanUpSessions',
        tags: ['managing'],
        summary: 'Delete finished sessions older than the given days',
        description:
          'Completed, cancelled and skipped sessions after `completed_days`, failed ones after `failed_days`, counted from their creation. Their tasks are deleted too; a session with unfinished tasks stays. Waits until everything accepted before is stored.',
        request: { query: cleanUpQuery },
        responses: answers(
          cleanUpAnswer,
          'The number of deleted records, or of those that would be deleted',
          422,
          503,
        ),
      }),
      access: 'admin',
      handle: async (context) => {
        const query = queryOf(context, cleanUpQuery);
        const dryRun = query.dry_run === 'true';
        const report = await cleanUp.run(
          {
            completedDays: Number(query.completed_days ?? DEFAULT_RETENTION.completedDays),
            failedDays: Number(query.failed_days ?? DEFAULT_RETENTION.failedDays),
          },
          { dryRun },
        );
        return context.json({
          deleted_sessions: report.get(SESSIONS.name) ?? 0,
          deleted_tasks: report.get(TASKS.name) ?? 0,
          dry_run: dryRun,
        });
      },
    },
    {
      route: createRoute({
        method: 'get',
        path: `${BASE}/stats`,
        operationId: 'getStatistics',
        tags: ['managing'],
        summary: 'Counts by status, averages and sizes of the stored records',
        description:
          'For more than 10,000 records the figures may be some seconds old; `fresh=true` waits until everything accepted before is stored, and counts again.',
        request: { query: statisticsQuery },
        responses: answers(statisticsAnswer, 'The figures', 422, 503),
      }),
      access: 'read',
      handle: async (context) => {
        const fresh = queryOf(context, statisticsQuery).fresh === 'true';
        const read = () => readStatistics.read({ exact: fresh });
        return context.json(statisticsJson(await reads.run(context, { fresh }, read)));
      },
    },
  ];
}
