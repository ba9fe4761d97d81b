import type { Collection } from '../../src/domain/collection.js';
import { SESSIONS } from '../../src/domain/collections/sessions.js';
import { TASKS } from '../../src/domain/collections/tasks.js';
import { NOTES } from './notes.js';

/** Replaces src/domain/collections/list.ts in the tests of this folder (vitest.config.ts). */
export const COLLECTIONS: readonly Collection[] = [SESSIONS, TASKS, NOTES];
