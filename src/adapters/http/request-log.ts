import { randomUUID } from 'node:crypto';
import type { EndedRequest, HttpDependencies, HttpMetrics } from './dependencies.js';
import type { HttpApp } from './mount.js';
import { secure } from './security-headers.js';

const WELL_FORMED = /^[A-Za-z0-9._:-]{1,128}$/;

/** Assigns each request an id, and records each answer in the log and the metrics. */
export function logRequests(app: HttpApp, { logger, metrics, clock }: HttpDependencies): void {
  app.use('*', async (context, next) => {
    const begun = clock.monotonic();
    const sent = context.req.header('x-request-id');
    const requestId = sent !== undefined && WELL_FORMED.test(sent) ? sent : randomUUID();
    context.set('requestId', requestId);
    context.set('route', 'unknown');
    await next();
    context.res.headers.set('x-request-id', requestId);
    secure(context.res.headers);
    const request = {
      endpoint: context.get('route'),
      method: context.req.method,
      status: context.res.status,
      seconds: (clock.monotonic() - begun) / 1000,
    };
    noteRequest({ logger, metrics }, requestId, request, context.get('key'));
  });
}

/** Records an answered request, with the name of its key. */
export function noteRequest(
  {
    logger,
    metrics,
  }: Pick<HttpDependencies, 'logger'> & { readonly metrics: Pick<HttpMetrics, 'requestEnded'> },
  requestId: string,
  request: EndedRequest,
  key?: string,
): void {
  metrics.requestEnded(request);
  const { endpoint, method, status, seconds } = request;
  logger.info(
    {
      request_id: requestId,
      method,
      route: endpoint,
      status,
      ...(seconds === null ? {} : { duration_ms: Math.round(seconds * 100_000) / 100 }),
      ...(key === undefined ? {} : { key }),
    },
    'request',
  );
}
