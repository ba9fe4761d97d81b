import type { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Issue } from '../../domain/errors.js';
import type { Access } from './access/access.js';
import type { Authorizer } from './access/authorize.js';
import type { HttpEnvironment } from './environment.js';
import { authorizationAnswers, securityOf } from './openapi/responses.js';
import { formatIssues, shorten, shortText } from './problems/format-issues.js';
import { HttpError, invalid, notFound, problemOf } from './problems/problem.js';

export type HttpApp = OpenAPIHono<HttpEnvironment>;
export type HttpContext = Context<HttpEnvironment>;
type Route = ReturnType<typeof createRoute>;

export interface Endpoint {
  readonly route: Route;
  readonly access: Access;
  readonly handle: (context: HttpContext) => Promise<Response> | Response;
}

/**
 * Documents and serves endpoints. Handlers check their input themselves (`queryOf`, BatchSchema):
 * zod-openapi's own middleware validates asynchronously and several times slower.
 */
export function mount(app: HttpApp, authorizer: Authorizer, endpoints: readonly Endpoint[]): void {
  for (const { route, access, handle } of endpoints) {
    app.openAPIRegistry.registerPath({
      ...route,
      security: securityOf(access),
      responses: { ...route.responses, ...authorizationAnswers(access) },
    });
    app.on(route.method.toUpperCase(), pathOf(route), async (context) => {
      context.set('route', route.path);
      await authorizer.admit(context, access);
      return handle(context);
    });
  }
}

/**
 * What a request that no endpoint answers gets: 405 when its path is known, else 404. One path may
 * be several patterns (`/sessions/batch` is also `/sessions/{id}`), so their methods are united.
 */
export function unanswered(authorizer: Authorizer, endpoints: readonly Endpoint[]) {
  const patterns = endpoints.map(({ route }) => ({
    route,
    pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return async (context: HttpContext): Promise<Response> => {
    const { method, path } = context.req;
    const here = patterns.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route);
    const [first] = here;
    if (first !== undefined) context.set('route', first.path);
    await authorizer.admit(context, 'public');
    if (first === undefined) {
      const detail = `There is nothing at ${shortText(path)}. /docs lists what there is.`;
      return problemOf(context, notFound(detail));
    }
    const methods = here.map((route) => route.method.toUpperCase());
    const allow = [...new Set(methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : name)))]
      .sort()
      .join(', ');
    const detail = `${method} is not a method of this path; it has ${allow}.`;
    return problemOf(context, new HttpError('HTTP_405', detail, { allow }));
  };
}

/** `/sessions/{id}` as Hono writes it. */
function pathOf(route: Route): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** The query parameters of a request; each at most once. Throws VALIDATION_ERROR. */
export function queryOf<Schema extends z.ZodObject>(
  context: HttpContext,
  schema: Schema,
): z.output<Schema> {
  const known = Object.keys(schema.shape);
  const query: Record<string, string> = {};
  const issues: Issue[] = [];
  for (const [name, values] of Object.entries(context.req.queries())) {
    // Not left to the schema: as a name of `query`, `__proto__` would vanish.
    if (!known.includes(name)) {
      const message = `is not a parameter of this route; it has ${known.join(', ') || 'none'}`;
      issues.push({ path: shortText(name), message });
      continue;
    }
    const [value = '', ...more] = values;
    if (more.length > 0) {
      issues.push({ path: name, message: 'is given more than once', value: values.length });
    }
    query[name] = value;
  }
  const checked = schema.safeParse(query);
  if (checked.success && issues.length === 0) return checked.data;
  throw invalid([...issues, ...(checked.success ? [] : formatIssues(checked.error, '', query))]);
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
