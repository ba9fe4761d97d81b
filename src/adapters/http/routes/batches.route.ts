import { createRoute, z } from '@hono/zod-openapi';
import type { Collection } from '../../../domain/collection.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { ServiceError } from '../../../domain/errors.js';
import { isoTime } from '../../presenting/record-json.js';
import { BASE } from '../base-path.js';
import type { InFlightBodyBudget } from '../body/in-flight-body-budget.js';
import { readFrame } from '../body/read-body.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { batchAnswer, flushAnswer } from '../schemas/answers.schema.js';
import { BatchSchema } from '../schemas/batch.schema.js';

const acknowledgement = z.strictObject({
  ack: z.enum(['accepted', 'stored']).optional().openapi({
    description:
      '`stored`: answer only when these records are committed to the store or quarantined. With `buffer.durability: stored` every answer is of this kind.',
  }),
});

const sessionBatch = new BatchSchema(SESSIONS, 'sessions', 'SessionInput');
const taskBatch = new BatchSchema(TASKS, 'tasks', 'TaskInput');

/** The endpoints for writes. */
export function batchEndpoints(
  dependencies: HttpDependencies,
  bodies: InFlightBodyBudget,
): readonly Endpoint[] {
  return [
    batchEndpoint(dependencies, bodies, SESSIONS, 'sessions', 'acceptSessions', sessionBatch),
    batchEndpoint(dependencies, bodies, TASKS, 'tasks', 'acceptTasks', taskBatch),
    flushEndpoint(dependencies),
  ];
}

function batchEndpoint(
  { acceptBatch }: HttpDependencies,
  bodies: InFlightBodyBudget,
  collection: Collection,
  property: string,
  operationId: string,
  schema: BatchSchema,
): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path: `${BASE}/${property}/batch`,
      operationId,
      tags: ['writing'],
      summary: `Accept up to 10,000 ${property}`,
      description:
        'The batch is accepted as a whole or not at all. An omitted field keeps its stored value; null clears it.',
      request: {
        query: acknowledgement,
        body: { required: true, content: { 'application/json': { schema: schema.body } } },
      },
      responses: answers(batchAnswer, 'Accepted (or stored)', 400, 408, 409, 413, 415, 422, 503),
    }),
    access: 'write',
    handle: async (context) => {
      const { ack } = queryOf(context, acknowledgement);
      const records = await bodies.share(async (share) =>
        schema.parse(await readFrame(context, share)),
      );
      const accepting =
        ack === 'stored'
          ? acceptBatch.acceptAndStore(collection, records)
          : acceptBatch.accept(collection, records);
      const { count, acceptedAt, ...outcome } = await accepting.catch((error: unknown) =>
        throwWithin(property, error),
      );
      const status = 'quarantined' in outcome ? 'stored' : 'accepted';
      return context.json({ status, count, timestamp: isoTime(acceptedAt), ...outcome });
    },
  };
}

/** Rethrows the issues of a batch, prefixed with the name of the list of records in the body. */
function throwWithin(property: string, error: unknown): never {
  const issues = error instanceof ServiceError ? error.details.issues : undefined;
  if (!(error instanceof ServiceError) || issues === undefined) throw error;
  throw new ServiceError(error.code, error.message, {
    ...error.details,
    issues: issues.map((issue) => ({ ...issue, path: `${property}${issue.path}` })),
  });
}

function flushEndpoint({ buffer }: HttpDependencies): Endpoint {
  const none = z.strictObject({});
  return {
    route: createRoute({
      method: 'post',
      path: `${BASE}/flush`,
      operationId: 'flush',
      tags: ['writing'],
      summary: 'Store everything accepted before this call',
      description:
        'Answers after the commit. If the store cannot be reached the answer is 503, and nothing is lost.',
      request: { query: none },
      responses: answers(flushAnswer, 'Everything is committed', 422, 503),
    }),
    access: 'write',
    handle: async (context) => {
      queryOf(context, none);
      const { written, durationMs } = await buffer.flush();
      const [stuck] = buffer.stuck;
      if (stuck !== undefined) {
        throw new ServiceError(
          'STORAGE_UNAVAILABLE',
          `The store fails on ${JSON.stringify(stuck.key)} of ${stuck.collection}, although it stores other records: ${stuck.reason}. It is kept and retried; everything else is committed.`,
          { retryAfter: 30 },
        );
      }
      return context.json({
        status: 'flushed',
        sessions_written: written.get(SESSIONS.name) ?? 0,
        tasks_written: written.get(TASKS.name) ?? 0,
        duration_ms: durationMs,
      });
    },
  };
}
