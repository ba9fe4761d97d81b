import { tmpdir } from 'node:os';
import { fileFormats } from '../../../src/adapters/files/file-formats.js';
import type { AccessSettings } from '../../../src/adapters/http/access/access.js';
import { createApp } from '../../../src/adapters/http/app.js';
import { PrometheusMetrics } from '../../../src/adapters/metrics/prometheus-metrics.js';
import { type ApplicationOptions, anApplication } from '../application/application.js';
import { checked } from '../contract/checked.js';
import { Contract } from '../contract/contract.js';
import type { OpenApiDocument } from '../contract/document.js';

export const BASE = '/api/v1/translation';

export interface Problem {
  readonly status: number;
  readonly error_code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly {
    readonly path: string;
    readonly message: string;
    readonly value?: unknown;
  }[];
}

const OPEN: AccessSettings = {
  apiKeys: [],
  allowedHosts: [],
  publicMetrics: true,
  publicDocs: true,
  rateLimit: 0,
};

let contract: Promise<Contract> | undefined;

/** The document that the code serves now; test settings do not change it. */
function theContract(): Promise<Contract> {
  contract ??= (async () => {
    const response = await anHttpApp().app.request('/openapi.json');
    return new Contract((await response.json()) as OpenApiDocument);
  })();
  return contract;
}

/** The HTTP API over the whole application on the memory backend. */
export function anHttpApp(
  options: ApplicationOptions = {},
  http: {
    bodyLimitBytes?: number;
    corsOrigins?: string[];
    access?: Partial<AccessSettings>;
    version?: string;
    consoleFolder?: string;
    workObserver?: (units: number) => void;
  } = {},
) {
  const application = anApplication(options);
  const metrics = new PrometheusMetrics();
  metrics.attach({
    buffer: () => application.buffer.snapshot(),
    inQuarantine: () => application.countQuarantined.count(),
    journal: () => ({ ...application.journal.status(), segments: 0 }),
    stores: () => application.registry.backends(),
    journalPath: tmpdir(),
    retentionInterval: 0,
    clock: application.clock,
  });
  const app = createApp(
    { ...application, metrics, formats: fileFormats() },
    {
      access: { ...OPEN, ...http.access },
      bodyLimitBytes: http.bodyLimitBytes ?? 32 * 1024 * 1024,
      corsOrigins: http.corsOrigins ?? [],
      version: http.version ?? '1.0.0',
      ...(http.consoleFolder === undefined ? {} : { consoleFolder: http.consoleFolder }),
      ...(http.workObserver === undefined ? {} : { workObserver: http.workObserver }),
    },
  );
  const asDocumented = async (method: string, path: string, response: Response) =>
    checked(await theContract(), { method, path }, response);
  /** Every answer is checked against the OpenAPI document. `from` is the address of the client. */
  const request = async (method: string, path: string, init: RequestInit = {}, from?: string) => {
    const url = path.startsWith('/') ? path : `${BASE}/${path}`;
    const connection = from === undefined ? {} : { incoming: { socket: { remoteAddress: from } } };
    return asDocumented(method, url, await app.request(url, { method, ...init }, connection));
  };
  const json = async <Answer = Record<string, never>>(response: Response) =>
    (await response.json()) as Answer;
  return {
    ...application,
    app,
    /** The metrics reported by HTTP, shown by /api/v1/system/metrics. */
    httpMetrics: metrics,
    request,
    asDocumented,
    get: (path: string) => request('GET', path),
    remove: (path: string) => request('DELETE', path),
    post: (path: string, body?: unknown) =>
      request(
        'POST',
        path,
        body === undefined
          ? {}
          : {
              body: typeof body === 'string' ? body : JSON.stringify(body),
              headers: { 'content-type': 'application/json' },
            },
      ),
    /** The body of a successful answer. */
    async ok<Answer>(response: Response): Promise<Answer> {
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
      return json<Answer>(response);
    },
    async problem(response: Response): Promise<Problem> {
      if (response.headers.get('content-type') !== 'application/problem+json') {
        throw new Error(`${response.status} ${await response.text()}`);
      }
      return json<Problem>(response);
    },
  };
}

export type HttpTestApp = ReturnType<typeof anHttpApp>;

export function aSession(session_id = 's-1', fields: Record<string, unknown> = {}) {
  return {
    session_id,
    filename: 'items.xlsx',
    file_path: '/games/tale/items.xlsx',
    status: 'processing',
    llm_provider: 'openai',
    ...fields,
  };
}

export function aTask(task_id = 't-1', fields: Record<string, unknown> = {}) {
  return {
    task_id,
    session_id: 's-1',
    batch_id: 'b-1',
    sheet_name: 'Items',
    row_index: 1,
    column_name: 'fr',
    source_text: 'sword',
    status: 'pending',
    ...fields,
  };
}

export interface Page {
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
  readonly total_pages: number;
  readonly items: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}
