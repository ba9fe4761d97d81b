import { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import { Authorizer } from './access/authorize.js';
import { ReadQueue } from './answers/read-queue.js';
import { RecordAnswers } from './answers/record-answers.js';
import { InFlightBodyBudget } from './body/in-flight-body-budget.js';
import { CONSOLE_FOLDER } from './console/console-files.js';
import { serveConsole } from './console/serve-console.js';
import type { HttpDependencies, HttpSettings } from './dependencies.js';
import type { HttpEnvironment } from './environment.js';
import { type HttpApp, mount, unanswered } from './mount.js';
import { docsEndpoints, serveAssets } from './openapi/docs-pages.js';
import { openApiEndpoint } from './openapi/openapi-document.js';
import { isExpected, problemOf } from './problems/problem.js';
import { logRequests } from './request-log.js';
import { batchEndpoints } from './routes/batches.route.js';
import { exportEndpoint } from './routes/export.route.js';
import { managingEndpoints } from './routes/managing.route.js';
import { progressEndpoints } from './routes/progress.route.js';
import { quarantineEndpoints } from './routes/quarantine.route.js';
import { readingEndpoints } from './routes/reading.route.js';
import { recoveryEndpoints } from './routes/recovery.route.js';
import { retryEndpoints } from './routes/retry.route.js';
import { systemEndpoints } from './routes/system.route.js';

/** Creates the whole HTTP API; it does not listen yet. */
export function createApp(dependencies: HttpDependencies, settings: HttpSettings): HttpApp {
  const app = new OpenAPIHono<HttpEnvironment>();
  logRequests(app, dependencies);
  const authorizer = new Authorizer(settings.access, settings.bodyLimitBytes, settings.corsOrigins);
  app.use('*', async (context, next) => {
    await authorizer.receive(context);
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
  const bodies = new InFlightBodyBudget(settings.bodyLimitBytes, settings.workObserver);
  const reads = new ReadQueue(dependencies.buffer);
  const records = new RecordAnswers(reads, dependencies.logger);
  const endpoints = [
    ...batchEndpoints(dependencies, bodies),
    ...managingEndpoints(dependencies, reads),
    ...readingEndpoints(dependencies, records),
    ...progressEndpoints(dependencies, reads),
    exportEndpoint(dependencies, records),
    ...retryEndpoints(dependencies, bodies),
    ...recoveryEndpoints(dependencies, records),
    ...quarantineEndpoints(dependencies, records, bodies),
    ...systemEndpoints(dependencies, settings),
    ...docsEndpoints(),
    openApiEndpoint(app, settings.version),
  ];
  mount(app, authorizer, endpoints);
  serveAssets(app, authorizer);
  serveConsole(app, authorizer, settings.consoleFolder ?? CONSOLE_FOLDER);
  app.notFound(unanswered(authorizer, endpoints));
  app.onError((error, context) => {
    if (!isExpected(error)) {
      const fields = {
        err: error,
        request_id: context.get('requestId'),
        route: context.get('route'),
      };
      dependencies.logger.error(fields, 'A request failed unexpectedly');
    }
    return problemOf(context, error);
  });
  return app;
}
