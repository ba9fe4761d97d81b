import { readFile } from 'node:fs/promises';
import { createRoute, z } from '@hono/zod-openapi';
import type { Authorizer } from '../access/authorize.js';
import { type Endpoint, type HttpApp, type HttpContext, queryOf } from '../mount.js';
import { ASSETS } from './page-assets.js';
import { answersOf } from './responses.js';

// The validator badge and the logo of Redoc would load from other hosts; the policy blocks any
// others.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page = (title: string, head: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`;

const SWAGGER_PAGE = page(
  'Persistence Service API',
  '<link rel="stylesheet" href="/docs/swagger-ui.css">',
  '<div id="swagger-ui"></div>\n<script src="/docs/swagger-ui-bundle.js"></script>\n<script src="/docs/initializer.js"></script>',
);
const SWAGGER_START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', validatorUrl: null, deepLinking: true });\n`;

const REDOC_PAGE = page(
  'Persistence Service API',
  '<style>body { margin: 0 }</style>',
  '<div id="redoc"></div>\n<script src="/redoc/redoc.standalone.js"></script>\n<script src="/redoc/initializer.js"></script>',
);
const REDOC_START = `Redoc.init('/openapi.json', {}, document.getElementById('redoc'));\n`;

const none = z.strictObject({});

/** /docs (Swagger UI) and /redoc. */
export function docsEndpoints(): readonly Endpoint[] {
  return [
    pageEndpoint('/docs', 'getSwaggerUi', 'This API in Swagger UI', SWAGGER_PAGE),
    pageEndpoint('/redoc', 'getRedoc', 'This API in ReDoc', REDOC_PAGE),
  ];
}

/** Assets of the pages; not part of the API. */
export function serveAssets(app: HttpApp, authorizer: Authorizer): void {
  const serve = (
    path: string,
    type: string,
    content: () => string | Promise<Buffer<ArrayBuffer>>,
  ) =>
    app.get(path, async (context) => {
      context.set('route', path);
      await authorizer.admit(context, 'docs');
      return answer(context, type, await content());
    });
  serve('/docs/initializer.js', 'text/javascript', () => SWAGGER_START);
  serve('/redoc/initializer.js', 'text/javascript', () => REDOC_START);
  for (const [path, [file, type]] of Object.entries(ASSETS)) serve(path, type, readOnce(file));
}

/** Keeps one copy in memory for all answers: a client could request hundreds of them. */
function readOnce(file: string): () => Promise<Buffer<ArrayBuffer>> {
  let content: Promise<Buffer<ArrayBuffer>> | undefined;
  return () => {
    content ??= readFile(file).catch((error: unknown) => {
      content = undefined;
      throw error;
    });
    return content;
  };
}

function pageEndpoint(
  path: string,
  operationId: string,
  summary: string,
  content: string,
): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path,
      operationId,
      tags: ['system'],
      summary,
      description: 'An HTML page that shows /openapi.json.',
      request: { query: none },
      responses: answersOf(
        'text/html',
        z.string(),
        'The page; it loads nothing from other hosts',
        422,
      ),
    }),
    access: 'docs',
    handle: (context) => {
      queryOf(context, none);
      return answer(context, 'text/html', content);
    },
  };
}

function answer(
  context: HttpContext,
  type: string,
  content: string | Buffer<ArrayBuffer>,
): Response {
  return context.body(content, 200, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': POLICY,
  });
}
