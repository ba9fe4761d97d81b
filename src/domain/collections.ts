import type { Collection, CollectionName } from './collection.js';
import { SESSIONS } from './session.js';
import { TASKS } from './task.js';

/** Every collection, parents before the children that need them: the order of a flush. */
export const COLLECTIONS: readonly Collection[] = [SESSIONS, TASKS];

const byName: Readonly<Record<CollectionName, Collection>> = {
  translation_sessions: SESSIONS,
  translation_tasks: TASKS,
};

export function collectionOf(name: CollectionName): Collection {
  return byName[name];
}
