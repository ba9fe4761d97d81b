import type { CollectionName } from '../../../src/domain/collection.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';

/** A report of deleted records by collection, as the tests write it. */
export function deletedCounts(report: ReadonlyMap<CollectionName, number>) {
  return { sessions: report.get(SESSIONS.name) ?? 0, tasks: report.get(TASKS.name) ?? 0 };
}

export function aReport(sessions: number, tasks: number): ReadonlyMap<CollectionName, number> {
  return new Map<CollectionName, number>([
    [SESSIONS.name, sessions],
    [TASKS.name, tasks],
  ]);
}

/** The report of a delete of a session with this many tasks. */
export function goneTasks(count: number): ReadonlyMap<CollectionName, number> {
  return count === 0 ? new Map() : new Map([[TASKS.name, count]]);
}
