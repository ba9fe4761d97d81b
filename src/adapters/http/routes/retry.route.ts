import { createRoute, z } from '@hono/zod-openapi';
import { TASKS } from '../../../domain/collections/tasks.js';
import type { Condition } from '../../../domain/query.js';
import { BASE } from '../base-path.js';
import { bodyObject } from '../body/body-object.js';
import type { BodyShare, InFlightBodyBudget } from '../body/in-flight-body-budget.js';
import { readOptionalJson } from '../body/read-body.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, type HttpContext, pathParameter, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { formatIssues } from '../problems/format-issues.js';
import { invalid, notFound } from '../problems/problem.js';
import { retriedAnswer, retryBody } from '../schemas/progress.schema.js';
import { byId } from './reading.route.js';

const none = z.strictObject({});

export function retryEndpoints(
  { retryFailed }: HttpDependencies,
  bodies: InFlightBodyBudget,
): readonly Endpoint[] {
  return [
    {
      route: createRoute({
        method: 'post',
        path: `${BASE}/sessions/{id}/retry`,
        operationId: 'retrySession',
        tags: ['writing'],
        summary: 'Set failed tasks of a session back to pending',
        description:
          'All of them, or those that meet every member of the body. The error message is cleared and `retry_count` grows by one; a finished session becomes `processing`, so that `/recovery` lists it. Waits until everything accepted before is stored; what is written to a task later wins.',
        request: {
          params: byId,
          query: none,
          body: { required: false, content: { 'application/json': { schema: retryBody } } },
        },
        responses: answers(
          retriedAnswer,
          'The number of tasks that were set back',
          400,
          404,
          408,
          413,
          415,
          422,
          503,
        ),
      }),
      access: 'write',
      handle: async (context) => {
        queryOf(context, none);
        const id = pathParameter(context, 'id');
        const selection = await bodies.share((share) => selectionOf(context, share));
        const retried = await retryFailed.run(TASKS, id, selection);
        if (retried === null) throw notFound(`The session ${JSON.stringify(id)} does not exist.`);
        return context.json({ session_id: id, retried_tasks: retried });
      },
    },
  ];
}

/**
 * Every failed task if there is no body. A body of `null` is refused: a selection that a client lost
 * must not retry, and pay for, every task.
 */
async function selectionOf(context: HttpContext, share: BodyShare) {
  const sent = await readOptionalJson(context, share);
  const body = sent === undefined ? {} : sent;
  const checked = retryBody.safeParse(bodyObject(body, '{"task_ids": [...]}'));
  if (!checked.success) throw invalid(formatIssues(checked.error, '', body));
  const { message = null, task_ids, ...fields } = checked.data;
  const conditions: Condition[] = Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [{ kind: 'one-of', field, values: [value] }],
  );
  if (task_ids !== undefined)
    conditions.push({ kind: 'one-of', field: TASKS.key, values: task_ids });
  return { conditions, cause: message };
}
