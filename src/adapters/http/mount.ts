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
 * Documents and serves endpoints. Handlers validate their input themselves (`queryOf`,
 * BatchSchema): the middleware of zod-openapi validates asynchronously and several times slower.
 */
export function mount(app: HttpApp, authorizer: Authorizer, endpoints: readonly Endpoint[]): void {
  for (const { route, access, handle } of endpoints) {
    app.openAPIRegistry.registerPath({
      ...route,
      security: securityOf(access, authorizer.settings),
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
 * Handles a request that no endpoint answers: 405 if its path is known, otherwise 404. One path may
 * match several patterns (`/sessions/batch` is also `/sessions/{id}`), so their methods are
 * combined.
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
      const detail = `No route matches ${shortText(path)}. /docs lists all routes.`;
      return problemOf(context, notFound(detail));
    }
    const methods = here.map((route) => route.method.toUpperCase());
    const allow = [...new Set(methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : name)))]
      .sort()
      .join(', ');
    const detail = `This path does not support ${method}; it supports ${allow}.`;
    return problemOf(context, new HttpError('HTTP_405', detail, { allow }));
  };
}

/** `/sessions/{id}` in the syntax of Hono. */
function pathOf(route: Route): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/**
 * Parses the query parameters of a request; each may occur at most once. Throws VALIDATION_ERROR.
 */
export function queryOf<Schema extends z.ZodObject>(
  context: HttpContext,
  schema: Schema,
): z.output<Schema> {
  const known = Object.keys(schema.shape);
  const query: Record<string, string> = {};
  const issues: Issue[] = [];
  for (const [name, values] of Object.entries(context.req.queries())) {
    // Checked here and not by the schema: as a name of `query`, `__proto__` would be lost.
    if (!known.includes(name)) {
      const message = `is not a parameter of this route; known parameters: ${known.join(', ') || 'none'}`;
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

/** Returns a decoded path parameter. Throws VALIDATION_ERROR if it cannot be decoded. */
export function pathParameter(context: HttpContext, name: string): string {
  const value = context.req.param(name) ?? '';
  try {
    encodeURIComponent(value);
    if (!value.includes('\0')) return value;
  } catch {
    // A lone surrogate: reported below.
  }
  throw invalid([
    { path: name, message: 'is not well-formed text', value: shorten(value) ?? null },
  ]);
}
