import type { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { HttpEnvironment } from './environment.js';
import { explain, shorten } from './explain.js';
import { HttpError, invalid, problemOf } from './problem.js';

export type HttpApp = OpenAPIHono<HttpEnvironment>;
export type HttpContext = Context<HttpEnvironment>;
type Route = ReturnType<typeof createRoute>;

export interface Endpoint {
  readonly route: Route;
  readonly handle: (context: HttpContext) => Promise<Response> | Response;
}

/**
 * Documents and serves endpoints. Handlers check their input themselves (`queryOf`, BatchSchema):
 * zod-openapi's own middleware validates asynchronously and several times slower.
 */
export function mount(app: HttpApp, endpoints: readonly Endpoint[]): void {
  for (const { route, handle } of endpoints) {
    app.openAPIRegistry.registerPath(route);
    app.on(route.method.toUpperCase(), pathOf(route), (context) => {
      context.set('route', route.path);
      return handle(context);
    });
  }
  refuseOtherMethods(app, endpoints);
}

/** A known path with a method that it does not have is 405, not 404. */
function refuseOtherMethods(app: HttpApp, endpoints: readonly Endpoint[]): void {
  const methods = new Map<string, string[]>();
  for (const { route } of endpoints) {
    const known = methods.get(route.path) ?? [];
    const method = route.method.toUpperCase();
    methods.set(route.path, [...known, method, ...(method === 'GET' ? ['HEAD'] : [])]);
  }
  for (const { route } of endpoints) {
    const allow = methods.get(route.path)?.join(', ') ?? '';
    app.all(pathOf(route), (context) => {
      context.set('route', route.path);
      const { method } = context.req;
      return problemOf(
        context,
        new HttpError('HTTP_405', `${method} is not a method of this path; it has ${allow}.`, {
          allow,
        }),
      );
    });
  }
}

/** `/sessions/{id}` as Hono writes it. */
function pathOf(route: Route): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** The query parameters of a request; each at most once. Throws VALIDATION_ERROR. */
export function queryOf<Schema extends z.ZodType>(
  context: HttpContext,
  schema: Schema,
): z.output<Schema> {
  const query: Record<string, string> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    const [value = '', ...more] = values;
    if (more.length > 0) {
      throw invalid([{ path: name, message: 'is given more than once', value: values.length }]);
    }
    query[name] = value;
  }
  const checked = schema.safeParse(query);
  if (checked.success) return checked.data;
  const known = 'shape' in schema ? Object.keys(schema.shape as object).join(', ') : '';
  throw invalid(
    explain(checked.error, '', query).map((issue) =>
      issue.message.startsWith('is not a field')
        ? { ...issue, message: `is not a parameter of this route; it has ${known || 'none'}` }
        : issue,
    ),
  );
}

/** A path parameter, decoded. Throws VALIDATION_ERROR when it can't be. */
export function pathParameter(context: HttpContext, name: string): string {
  const value = context.req.param(name) ?? '';
  try {
    encodeURIComponent(value);
    if (!value.includes('\0')) return value;
  } catch {
    // A lone surrogate: said below.
  }
  throw invalid([
    { path: name, message: 'is not well-formed text', value: shorten(value) ?? null },
  ]);
}
