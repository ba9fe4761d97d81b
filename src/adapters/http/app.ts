import { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import type { HttpDependencies, HttpSettings } from './dependencies.js';
import { serveDocs } from './docs-pages.js';
import type { HttpEnvironment } from './environment.js';
import { type HttpApp, mount } from './mount.js';
import { observe } from './observe.js';
import { isExpected, notFound, problemOf } from './problem.js';
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
  if (settings.corsOrigins.length > 0) {
    app.use('*', cors({ origin: [...settings.corsOrigins], exposeHeaders: ['X-Request-Id'] }));
  }
  mount(app, [
    ...batchEndpoints(dependencies, settings),
    ...managingEndpoints(dependencies),
    ...readingEndpoints(dependencies),
    ...recoveryEndpoints(dependencies),
    ...quarantineEndpoints(dependencies, settings),
    ...systemEndpoints(dependencies, settings),
  ]);
  serveDocs(app);
  serveOpenApi(app, settings.version);
  app.notFound((context) =>
    problemOf(
      context,
      notFound(`There is nothing at ${context.req.path}. /docs lists what there is.`),
    ),
  );
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

function serveOpenApi(app: HttpApp, version: string): void {
  const document = () =>
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Persistence Service',
        version,
        description:
          'Keeps the state of AI game-translation jobs: sessions (a file) and tasks (a cell), written in batches, queried, and given back after a crash.',
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
      tags: ['writing', 'reading', 'recovery', 'managing', 'quarantine', 'system'].map((name) => ({
        name,
      })),
    });
  let rendered: ReturnType<typeof document> | null = null;
  app.get('/openapi.json', (context) => {
    context.set('route', '/openapi.json');
    rendered ??= document();
    return context.json(rendered);
  });
}
