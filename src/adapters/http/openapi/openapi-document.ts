import { createRoute, z } from '@hono/zod-openapi';
import { type Endpoint, type HttpApp, queryOf } from '../mount.js';
import { answers, SECURITY_SCHEME } from './responses.js';

const none = z.strictObject({});

const TAGS: Readonly<Record<string, string>> = {
  writing: 'Batches of records, and flush.',
  reading: 'Single records and lists.',
  recovery: 'Unfinished sessions and tasks, after a crash of the backend.',
  managing: 'Deleting, clean-up and statistics.',
  quarantine: 'Records that the store refused.',
  system: 'Health, metrics and this documentation.',
};

/** /openapi.json: every endpoint of the app, including this one. */
export function openApiEndpoint(app: HttpApp, version: string): Endpoint {
  // Rendered on first use: by then every endpoint is registered.
  let rendered: ReturnType<typeof documentOf> | null = null;
  return {
    route: createRoute({
      method: 'get',
      path: '/openapi.json',
      operationId: 'getOpenApiDocument',
      tags: ['system'],
      summary: 'This API as an OpenAPI 3.1 document',
      description: 'The document shown by /docs and /redoc; clients can be generated from it.',
      request: { query: none },
      responses: answers(z.record(z.string(), z.unknown()), 'The document', 422),
    }),
    access: 'docs',
    handle: (context) => {
      queryOf(context, none);
      rendered ??= documentOf(app, version);
      return context.json(rendered);
    },
  };
}

function documentOf(app: HttpApp, version: string) {
  app.openAPIRegistry.registerComponent('securitySchemes', SECURITY_SCHEME, {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key of `auth.api_keys`, sent as `Authorization: Bearer <key>`. Its scopes: `read` (every GET, and restoring), `write` (batches and flush), `admin` (deleting, cleaning up, changing the quarantine, and everything that read and write permit). Without configured keys everything is open; metrics and docs need a key only if `auth.public_metrics` or `auth.public_docs` is false.',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Persistence Service',
      version,
      description:
        'Stores the state of AI game-translation jobs: sessions (a file) and tasks (a cell), written in batches, queried, and restored after a crash. Requests that cannot be read as HTTP get problem documents too, before routing: 400, 408, 417 or 431.',
      contact: { name: 'Persistence Service contributors' },
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/', description: 'The service that serves this document' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
}
