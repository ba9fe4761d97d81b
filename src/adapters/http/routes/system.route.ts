import { createRoute, z } from '@hono/zod-openapi';
import type { HealthReport } from '../../../application/health/check-health.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { isoTime } from '../../presenting/record-json.js';
import type { AccessSettings } from '../access/access.js';
import type { HttpDependencies, HttpSettings } from '../dependencies.js';
import { type Endpoint, type HttpContext, queryOf } from '../mount.js';
import { answer, answers, answersOf } from '../openapi/responses.js';
import { healthAnswer, livenessAnswer, readinessAnswer } from '../schemas/system-answers.schema.js';

const none = z.strictObject({});

/** Health, liveness, readiness and metrics, for monitoring. */
export function systemEndpoints(
  { checkHealth, metrics }: HttpDependencies,
  { version, access }: HttpSettings,
): readonly Endpoint[] {
  return [
    {
      route: createRoute({
        method: 'get',
        path: '/health',
        operationId: 'getHealth',
        tags: ['system'],
        summary: 'Health of the service and its dependencies',
        description:
          '503 if a store does not answer; `degraded` (200) if `problems` lists something. Only a key with the scope `admin` is shown the server of a store, with user, host and database.',
        request: { query: none },
        responses: {
          ...answers(healthAnswer, 'Healthy, or degraded', 422),
          503: answer('application/json', healthAnswer, 'A store does not answer'),
        },
      }),
      access: 'open',
      handle: async (context) => {
        queryOf(context, none);
        const report = await checkHealth.check();
        return context.json(
          {
            ...presentHealth(report, version, context.get('isAdmin') === true),
            ...accessFor(context, access),
          },
          report.status === 'unhealthy' ? 503 : 200,
        );
      },
    },
    {
      route: createRoute({
        method: 'get',
        path: '/health/live',
        operationId: 'getLiveness',
        tags: ['system'],
        summary: 'The process is up',
        description: 'Does not query the stores, so a store that is down does not cause restarts.',
        request: { query: none },
        responses: answers(livenessAnswer, 'It is', 422),
      }),
      access: 'open',
      handle: (context) => {
        queryOf(context, none);
        return context.json({ status: 'alive' });
      },
    },
    {
      route: createRoute({
        method: 'get',
        path: '/health/ready',
        operationId: 'getReadiness',
        tags: ['system'],
        summary: 'It can accept writes',
        description:
          'Also while a store is down, as long as the journal has room; with `buffer.durability: stored` only while every store answers. 503 while the service shuts down, the journal accepts no writes or the buffer is full; `reason` names the cause.',
        request: { query: none },
        responses: {
          ...answers(readinessAnswer, 'It can', 422),
          503: answer('application/json', readinessAnswer, 'It cannot now'),
        },
      }),
      access: 'open',
      handle: async (context) => {
        queryOf(context, none);
        const { ready, reason } = await checkHealth.ready();
        return context.json({ status: ready ? 'ready' : 'not_ready', reason }, ready ? 200 : 503);
      },
    },
    {
      route: createRoute({
        method: 'get',
        path: '/api/v1/system/metrics',
        operationId: 'getMetrics',
        tags: ['system'],
        summary: 'Metrics in the text format of Prometheus',
        description: 'Metrics of this instance since it started; docs/monitoring.md explains each.',
        request: { query: none },
        responses: answersOf('text/plain', z.string(), 'The metrics', 422),
      }),
      access: 'metrics',
      handle: async (context) => {
        queryOf(context, none);
        const { contentType, body } = await metrics.render();
        return context.body(body, 200, { 'content-type': contentType });
      },
    },
  ];
}

/**
 * Without keys every client is an administrator, and should know it. A client with a key learns its
 * scopes, so that it need not offer what will be refused.
 */
function accessFor(context: HttpContext, { apiKeys }: AccessSettings) {
  if (apiKeys.length === 0) return { access: 'open' };
  const scopes = context.get('scopes');
  return {
    ...(context.get('isAdmin') === true ? { access: 'keys' } : {}),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

function presentHealth(report: HealthReport, version: string, isAdmin: boolean) {
  const { status, database, buffer, inQuarantine, problems, problemsInFull } = report;
  return {
    status,
    database,
    buffer: {
      sessions_count: buffer.waiting.get(SESSIONS.name) ?? 0,
      tasks_count: buffer.waiting.get(TASKS.name) ?? 0,
      total_count: buffer.totalCount,
      capacity: buffer.capacity,
      usage_percent: buffer.usagePercent,
      last_flush_time: buffer.lastFlushTime === null ? null : isoTime(buffer.lastFlushTime),
      oldest_pending_seconds: Math.round(buffer.oldestPendingSeconds * 1000) / 1000,
      accepted: buffer.accepted,
      stored: buffer.stored,
      coalesced: buffer.coalesced,
      pending: buffer.pending,
      quarantined: buffer.quarantined,
      in_quarantine: inQuarantine,
    },
    version,
    problems: isAdmin ? problemsInFull : problems,
  };
}
