// The routes that the OpenAPI document does not have yet; deleted when it has them.
import { apiKey } from './key';
import { problemOf, ServiceGone } from './problem';
import type { components } from './schema';

export interface Progress {
  readonly total: number;
  readonly by_status: Readonly<Record<string, number>>;
}
export interface SessionProgress extends Progress {
  readonly session_id: string;
  readonly sheets: readonly (Progress & { readonly sheet_name: string })[];
}
export interface FailureGroup {
  readonly message: string;
  readonly count: number;
  readonly sessions: readonly string[];
  readonly first_seen: string;
  readonly last_seen: string;
  readonly sample_task_ids: readonly string[];
}
export interface Failures {
  readonly total: number;
  readonly truncated: boolean;
  readonly groups: readonly FailureGroup[];
}
export interface RetryRequest {
  readonly sheet_name?: string;
  readonly batch_id?: string;
  readonly message?: string;
  readonly task_ids?: readonly string[];
}
export type SessionWithProgress = components['schemas']['Session'] & {
  readonly progress?: Progress;
};
export type SessionPage = Omit<components['schemas']['SessionPage'], 'items'> & {
  readonly items: readonly SessionWithProgress[];
};

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

async function call<Data>(path: string, query: Query, init: RequestInit = {}): Promise<Data> {
  const url = new URL(`/api/v1/translation${path}`, window.location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const headers = new Headers(init.headers);
  if (apiKey.value !== null) headers.set('authorization', `Bearer ${apiKey.value}`);
  const response = await fetch(url, { ...init, headers }).catch(() => {
    throw new ServiceGone('no answer');
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(body, response.status);
  return body as Data;
}

const pathOf = (id: string) => `/sessions/${encodeURIComponent(id)}`;

export const readProgress = (id: string) => call<SessionProgress>(`${pathOf(id)}/progress`, {});
export const readFailures = (query: Query) => call<Failures>('/failures', query);
export const listSessions = (query: Query) => call<SessionPage>('/sessions', query);
export const listTasks = (query: Query) => call<components['schemas']['TaskPage']>('/tasks', query);
export const retryTasks = (id: string, request: RetryRequest) =>
  call<{ readonly session_id: string; readonly retried_tasks: number }>(
    `${pathOf(id)}/retry`,
    {},
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    },
  );
