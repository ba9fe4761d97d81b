/** The parts of an OpenAPI document that answers are checked against. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

export interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}

export interface DocumentedAnswer {
  readonly headers?: Readonly<Record<string, DocumentedHeader>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

export interface DocumentedHeader {
  readonly required?: boolean;
  readonly schema: { readonly type: string };
}

/** An answer and its request. */
export interface Exchange {
  readonly method: string;
  /** As it was sent: escaped, with or without a query, or an absolute URL. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** Null if it was not read. */
  readonly body: string | null;
}

/** An operation and its place in the document. */
export interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

/**
 * The operation that answers a request: of the matching paths that have the method, the one with
 * the fewest parameters. HEAD is answered like GET. Null if no path matches, or none has the
 * method.
 */
export function placeOf(document: OpenApiDocument, method: string, path: string): Place | null {
  const name = method === 'HEAD' ? 'get' : method.toLowerCase();
  const pathname = pathnameOf(path);
  const places = Object.entries(document.paths)
    .filter(([template]) => patternOf(template).test(pathname))
    .flatMap(([template, methods]) => {
      const operation = methods[name];
      return operation === undefined ? [] : [{ path: template, method: name, operation }];
    });
  const parameters = ({ path }: Place) => path.split('{').length;
  return places.sort((one, other) => parameters(one) - parameters(other))[0] ?? null;
}

export function pathnameOf(path: string): string {
  return new URL(path.startsWith('/') ? `http://localhost${path}` : path).pathname;
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
