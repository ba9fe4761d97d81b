import { api, take } from './client';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type Task = Schemas['Task'];
export type SessionProgress = Schemas['SessionProgress'];
export type FailureGroup = Schemas['Failures']['groups'][number];
/** A session of a list, with how far it is. */
export type ListedSession = Schemas['SessionPage']['items'][number];

type Query<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Parameters } };
}
  ? NonNullable<Parameters>
  : never;
export type SessionQuery = Query<'/api/v1/translation/sessions'>;
export type TaskQuery = Query<'/api/v1/translation/tasks'>;

export const listSessions = (query: SessionQuery) =>
  take(api.GET('/api/v1/translation/sessions', { params: { query } }));

export const listTasks = (query: TaskQuery) =>
  take(api.GET('/api/v1/translation/tasks', { params: { query } }));

export const readFailures = (query: Query<'/api/v1/translation/failures'>) =>
  take(api.GET('/api/v1/translation/failures', { params: { query } }));

export const readProgress = (id: string) =>
  take(api.GET('/api/v1/translation/sessions/{id}/progress', { params: { path: { id } } }));

/** Sets failed tasks of a session back to pending. */
export const retryTasks = (id: string, body: Schemas['RetryRequest']) =>
  take(api.POST('/api/v1/translation/sessions/{id}/retry', { params: { path: { id } }, body }));
