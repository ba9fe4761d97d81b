import { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import { BodyRoom } from './body/body-room.js';
import type { HttpDependencies, HttpSettings } from './dependencies.js';
import { docsEndpoints, serveAssets } from './docs-pages.js';
import type { HttpEnvironment } from './environment.js';
import { Gate } from './gate.js';
import { lingering } from './linger.js';
import { type HttpApp, mount, unanswered } from './mount.js';
import { observe } from './observe.js';
import { openApiEndpoint } from './openapi-document.js';
import { isExpected, problemOf } from './problem.js';
import { ReadQueue } from './read-queue.js';
import { RecordAnswers } from './record-answers.js';
import { batchEndpoints } from './routes/batches.route.js';
import { managingEndpoints } from './routes/managing.route.js';
import { quarantineEndpoints } from './routes/quarantine.route.js';
import { readingEndpoints } from './routes/reading.route.js';
import { recoveryEndpoints } from './routes/recovery.route.js';
import { systemEndpoints } from './routes/system.route.js';

/** The whole HTTP API; it listens to nothing yet. */
export function createApp(dependencies: HttpDependencies, settings: HttpSettings): HttpApp {
  const app = new OpenAPIHono<HttpEnvironment>();
  observe(app, dependencies);
  const gate = new Gate(settings.access, settings.bodyLimitBytes, settings.corsOrigins);
  app.use('*', async (context, next) => {
    await gate.receive(context);
    await next();
  });
  if (settings.corsOrigins.length > 0) {
    app.use(
      '*',
      cors({
        origin: settings.corsOrigins.includes('*') ? '*' : [...settings.corsOrigins],
        exposeHeaders: ['X-Request-Id', 'Retry-After', 'WWW-Authenticate'],
      }),
    );
  }
  const bodies = new BodyRoom(settings.bodyLimitBytes, settings.workObserver);
  const reads = new ReadQueue();
  const records = new RecordAnswers(reads, dependencies.logger);
  const endpoints = [
    ...batchEndpoints(dependencies, bodies),
    ...managingEndpoints(dependencies, reads),
    ...readingEndpoints(dependencies, records),
    ...recoveryEndpoints(dependencies, records),
    ...quarantineEndpoints(dependencies, records, bodies),
    ...systemEndpoints(dependencies, settings),
    ...docsEndpoints(),
    openApiEndpoint(app, settings.version),
  ];
  mount(app, gate, endpoints);
  serveAssets(app, gate);
  app.notFound(unanswered(gate, endpoints));
  app.onError((error, context) => {
    if (!isExpected(error)) {
      const fields = {
        err: error,
        request_id: context.get('requestId'),
        route: context.get('route'),
      };
      dependencies.logger.error(fields, 'A request failed unexpectedly');
    }
    return lingering(context, problemOf(context, error));
  });
  return app;
}
