import type { Collection } from '../collection.js';
import { SESSIONS } from './sessions.js';
import { TASKS } from './tasks.js';

/** Every collection, parents before their children: the order of a flush. */
export const COLLECTIONS: readonly Collection[] = [SESSIONS, TASKS];
