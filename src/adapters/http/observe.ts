import { randomUUID } from 'node:crypto';
import type { HttpDependencies } from './dependencies.js';
import type { HttpApp } from './mount.js';
import { secure } from './security-headers.js';

const WELL_FORMED = /^[A-Za-z0-9._:-]{1,128}$/;

/** Gives each request an id, and each answer a line in the log and a place in the metrics. */
export function observe(app: HttpApp, { logger, metrics, clock }: HttpDependencies): void {
  app.use('*', async (context, next) => {
    const begun = clock.monotonic();
    const sent = context.req.header('x-request-id');
    const requestId = sent !== undefined && WELL_FORMED.test(sent) ? sent : randomUUID();
    context.set('requestId', requestId);
    context.set('route', 'unknown');
    await next();
    context.res.headers.set('x-request-id', requestId);
    secure(context.res.headers);
    const milliseconds = clock.monotonic() - begun;
    const { method } = context.req;
    const { status } = context.res;
    const route = context.get('route');
    const key = context.get('key');
    metrics.requestEnded({ endpoint: route, method, status, seconds: milliseconds / 1000 });
    logger.info(
      {
        request_id: requestId,
        method,
        route,
        status,
        duration_ms: Math.round(milliseconds * 100) / 100,
        ...(key === undefined ? {} : { key }),
      },
      'request',
    );
  });
}
