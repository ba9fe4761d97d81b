import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { BASE_VERSION, MS, SESSIONS, sessionWrite, TASKS, taskWrite } from '../records/writes.js';
import { BOTH } from '../stores/opened-stores.js';

/** The time at which the task is quarantined. */
export const NOON = 1_790_000_000_000;

export const at = (version: number) => BASE_VERSION + version;

/** A store with two sessions, three tasks, a quarantined task and a tombstone. */
export async function aStore() {
  const source = new MemoryBackend(BOTH, 'one');
  await source.write(SESSIONS, [
    sessionWrite('s-1', 1 * MS, { total_tasks: 9, metadata: '{"b":1,"a":[]}' }),
    sessionWrite('s-2', 2 * MS),
    sessionWrite('s-gone', 2 * MS),
  ]);
  await source.write(TASKS, [
    taskWrite('t-1', 3 * MS, { source_text: '漢字 🗡\n"x"\\', confidence: 0.1234, context: null }),
    taskWrite('t-2', 4 * MS, { session_id: 's-2' }),
    taskWrite('t-3', 5 * MS, { target_text: 'x'.repeat(100_000) }),
  ]);
  await source.write(TASKS, [taskWrite('t-1', 9 * MS, { status: 'completed' })]);
  await source.quarantine.add(
    TASKS,
    [
      {
        write: taskWrite('q-1', 6 * MS, { session_id: 's-9' }),
        reason: 'MISSING_PARENT: no',
        missingParent: 's-9',
      },
    ],
    NOON,
  );
  await source.delete(SESSIONS, 's-gone', at(7 * MS));
  return { source, target: new MemoryBackend(BOTH, 'other') };
}
