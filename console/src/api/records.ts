import type { QueryOf, Schemas } from '../../../clients/typescript/index.js';

export type { Schemas, Session, Task } from '../../../clients/typescript/index.js';
export type SessionProgress = Schemas['SessionProgress'];
export type FailureGroup = Schemas['Failures']['groups'][number];
/** A session of a list, with how far it is. */
export type ListedSession = Schemas['SessionPage']['items'][number];
export type SessionQuery = QueryOf<'listSessions'>;
