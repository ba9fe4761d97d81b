import {
  type DocumentedAnswer,
  type Exchange,
  type OpenApiDocument,
  pathnameOf,
  placeOf,
} from './document.js';
import { Schemas } from './schemas.js';

const PROBLEM = 'application/problem+json';
/** Assets of the documentation pages; not part of the API. */
const ASSET = /^\/(docs|redoc)\/[\w.-]+\.(js|css)$/;
/** Statuses of requests that belong to no operation. */
const REFUSALS = [401, 403, 404, 405, 413, 421, 429];
/**
 * Operations that stream their answers while the store is read: a test may leave such a body
 * unread.
 */
const STREAMED: readonly string[] = ['restoreSession'];

/** The answers in the OpenAPI document, for checking real answers. */
export class Contract {
  readonly #schemas: Schemas;

  constructor(private readonly document: OpenApiDocument) {
    this.#schemas = new Schemas(document);
  }

  /** True if the body is streamed, as fast as it is read. */
  isStreamed(method: string, path: string, status: number): boolean {
    const operation = placeOf(this.document, method, path)?.operation;
    return status === 200 && STREAMED.includes(operation?.operationId ?? '');
  }

  /** The differences between an answer and the document. */
  problemsOf(exchange: Exchange): readonly string[] {
    const { method, path, status } = exchange;
    const place = placeOf(this.document, method, path);
    if (place === null) return this.#strayProblems(exchange);
    const documented = place.operation.responses[status];
    if (documented === undefined) return [`status ${status} is not documented`];
    const type = typeOf(exchange);
    const content = documented.content ?? {};
    if (content[type] === undefined) {
      const types = Object.keys(content).join(', ');
      return [`content-type "${type}" is not documented; documented are: ${types}`];
    }
    const schema = [place.path, place.method, 'responses', String(status), 'content', type];
    return [
      ...headerProblems(exchange, documented),
      ...this.#bodyProblems(exchange, 'paths', ...schema, 'schema'),
    ];
  }

  /**
   * For an answer that belongs to no operation: a refusal, a preflight answer, or an asset of a
   * page.
   */
  #strayProblems(exchange: Exchange): readonly string[] {
    const { method, path, status, headers } = exchange;
    const unnamed = headers.has('x-request-id') ? [] : ['X-Request-Id is missing'];
    const isLeave = method === 'OPTIONS' && headers.has('access-control-allow-methods');
    const isAsset = ASSET.test(pathnameOf(path)) && (method === 'GET' || method === 'HEAD');
    if ((isLeave && status === 204) || (isAsset && status === 200)) return unnamed;
    if (!REFUSALS.includes(status)) return [`status ${status}, and nothing is documented here`];
    if (typeOf(exchange) !== PROBLEM) return [`content-type is not ${PROBLEM}`];
    return [...unnamed, ...this.#bodyProblems(exchange, 'components', 'schemas', 'Problem')];
  }

  #bodyProblems(exchange: Exchange, ...schema: readonly string[]): readonly string[] {
    const { method, body, status, headers } = exchange;
    if (body === null) return [];
    if (method === 'HEAD') return body === '' ? [] : ['HEAD was answered with a body'];
    const type = typeOf(exchange);
    if (!/[/+]json$/.test(type)) return this.#schemas.problemsOf(body, ...schema);
    const value = parsed(body);
    if (value === undefined) return ['the body is not JSON'];
    const problems = this.#schemas.problemsOf(value, ...schema);
    if (type !== PROBLEM || problems.length > 0) return problems;
    const said = value as { readonly status: number; readonly request_id: string };
    return [
      ...(said.status === status ? [] : [`the body says status ${said.status}`]),
      ...(said.request_id === headers.get('x-request-id') ? [] : ['the body has another id']),
    ];
  }
}

function headerProblems({ headers }: Exchange, documented: DocumentedAnswer): readonly string[] {
  return Object.entries(documented.headers ?? {}).flatMap(([name, { required, schema }]) => {
    const value = headers.get(name);
    if (value === null) return required === true ? [`${name} is missing`] : [];
    const isWhole = schema.type !== 'integer' || /^\d+$/.test(value);
    return isWhole ? [] : [`${name} is "${value}", not a whole number`];
  });
}

function typeOf({ headers }: Exchange): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim() ?? '';
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
