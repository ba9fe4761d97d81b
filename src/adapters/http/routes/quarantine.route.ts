import { createRoute, z } from '@hono/zod-openapi';
import { collectionOf } from '../../../domain/collections/family.js';
import { totalPages } from '../../../domain/query.js';
import { toRecord } from '../../../domain/write.js';
import type { QuarantinedRecord } from '../../../ports/quarantine.js';
import { isoTime, recordJson } from '../../presenting/record-json.js';
import type { RecordAnswers } from '../answers/record-answers.js';
import { BASE } from '../base-path.js';
import { bodyObject } from '../body/body-object.js';
import type { BodyShare, InFlightBodyBudget } from '../body/in-flight-body-budget.js';
import { readOptionalJson } from '../body/read-body.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, type HttpContext, pathParameter, queryOf } from '../mount.js';
import { answers } from '../openapi/responses.js';
import { formatIssues } from '../problems/format-issues.js';
import { invalid, notFound } from '../problems/problem.js';
import { droppedAnswer, quarantinePageAnswer, requeuedAnswer } from '../schemas/answers.schema.js';
import { pageParameters, pageSizeOf } from '../schemas/list-query.schema.js';
import { byId } from './reading.route.js';

const none = z.strictObject({});
const pageQuery = z.strictObject(pageParameters);
const requeueBody = z
  .strictObject({
    ids: z.array(z.string().max(100)).max(10_000).optional().openapi({
      description: 'The ids of the records to retry, at most 10000; default: all.',
    }),
  })
  .openapi('RequeueRequest', { example: { ids: ['3f1b8a52-8f6d-4b7c-9a55-5f0a5b8a7d11'] } });

/** Endpoints for quarantined records: list, requeue, drop. */
export function quarantineEndpoints(
  { manageQuarantine }: HttpDependencies,
  answering: RecordAnswers,
  bodies: InFlightBodyBudget,
): readonly Endpoint[] {
  return [
    {
      route: createRoute({
        method: 'get',
        path: `${BASE}/quarantine`,
        operationId: 'listQuarantine',
        tags: ['quarantine'],
        summary: 'Records that the store refused, newest first',
        description:
          'Each with the reason and the number of attempts. The quarantine is in the store, so it is the same for all instances.',
        request: { query: pageQuery },
        responses: answers(quarantinePageAnswer, 'One page', 422, 503),
      }),
      access: 'read',
      handle: async (context) => {
        const raw = queryOf(context, pageQuery);
        const page = Number(raw.page ?? 1);
        const pageSize = pageSizeOf(raw);
        return answering.send(context, { fresh: false }, async () =>
          pageJson(page, pageSize, manageQuarantine.list(page, pageSize)),
        );
      },
    },
    {
      route: createRoute({
        method: 'post',
        path: `${BASE}/quarantine/requeue`,
        operationId: 'requeueQuarantine',
        tags: ['quarantine'],
        summary: 'Retry records: all, or those with these ids',
        description:
          'Answers after the attempt. Records that the store refuses again stay in quarantine, with one more attempt.',
        request: {
          query: none,
          body: { required: false, content: { 'application/json': { schema: requeueBody } } },
        },
        responses: answers(
          requeuedAnswer,
          'The number of retried records',
          400,
          408,
          413,
          415,
          422,
          503,
        ),
      }),
      access: 'admin',
      handle: async (context) => {
        queryOf(context, none);
        const ids = await bodies.share((share) => idsOf(context, share));
        return context.json({ requeued: await manageQuarantine.requeue(ids) });
      },
    },
    {
      route: createRoute({
        method: 'delete',
        path: `${BASE}/quarantine/{id}`,
        operationId: 'dropQuarantined',
        tags: ['quarantine'],
        summary: 'Drop a record permanently',
        description:
          'The record was accepted and never stored; after this it is gone, and no replay restores it.',
        request: { params: byId, query: none },
        responses: answers(droppedAnswer, 'Dropped', 404, 422, 503),
      }),
      access: 'admin',
      handle: async (context) => {
        queryOf(context, none);
        const id = pathParameter(context, 'id');
        if (!(await manageQuarantine.drop(id))) {
          throw notFound(`No record ${JSON.stringify(id)} is in quarantine.`);
        }
        return context.json({ status: 'deleted' });
      },
    },
  ];
}

/** Null, for all records, if there is no body or it names no ids. */
async function idsOf(context: HttpContext, share: BodyShare): Promise<readonly string[] | null> {
  const body = await readOptionalJson(context, share);
  if (body === undefined) return null;
  const checked = requeueBody.safeParse(bodyObject(body, '{"ids": [...]}'));
  if (!checked.success) throw invalid(formatIssues(checked.error, '', body));
  return checked.data.ids ?? null;
}

/** The totals are known when the last record is read, so they come last. */
async function* pageJson(
  page: number,
  page_size: number,
  records: AsyncGenerator<readonly QuarantinedRecord[], number>,
): AsyncGenerator<string> {
  yield '{"items":[';
  let separator = '';
  let piece = await records.next();
  for (; piece.done !== true; piece = await records.next()) {
    for (const record of piece.value) {
      yield separator + quarantinedJson(record);
      separator = ',';
    }
  }
  const total = piece.value;
  const numbers = { total, page, page_size, total_pages: totalPages(total, page_size) };
  yield `],${JSON.stringify({ ...numbers, next_cursor: null }).slice(1)}`;
}

function quarantinedJson(quarantined: QuarantinedRecord): string {
  const { id, collection, write, reason, attempts, quarantinedAt } = quarantined;
  const quarantined_at = isoTime(quarantinedAt);
  const around = { id, collection, key: write.key, reason, attempts, quarantined_at };
  const record = recordJson(collectionOf(collection), toRecord(collectionOf(collection), write));
  return `${JSON.stringify(around).slice(0, -1)},"record":${record}}`;
}
