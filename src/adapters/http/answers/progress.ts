import type { Counts } from '../../../application/reading/child-counts.js';
import type { FailureGroup } from '../../../application/reading/read-failures.js';
import type { Progress, ReadProgress } from '../../../application/reading/read-progress.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import type { RecordFields } from '../../../domain/write.js';
import { isoTime, recordJson } from '../../presenting/record-json.js';

/** Sessions as JSON, each with its progress. */
export async function withProgress(
  readProgress: ReadProgress,
  sessions: readonly RecordFields[],
  exact: boolean,
): Promise<readonly string[]> {
  const keys = sessions.map((session) => String(session[SESSIONS.key]));
  const progress = await readProgress.ofEach(TASKS, keys, { exact });
  return sessions.map((session) => {
    const counts = progress.get(String(session[SESSIONS.key]));
    const shown = JSON.stringify(countsJson(counts ?? { total: 0, byStatus: {} }));
    return `${recordJson(SESSIONS, session).slice(0, -1)},"progress":${shown}}`;
  });
}

export function progressJson(session_id: string, { sheets, ...counts }: Progress) {
  return {
    session_id,
    ...countsJson(counts),
    sheets: sheets.map(({ name, ...ofSheet }) => ({ sheet_name: name, ...countsJson(ofSheet) })),
  };
}

export function failureGroupJson(group: FailureGroup) {
  return {
    message: group.cause,
    count: group.count,
    sessions: group.parents,
    first_seen: isoTime(group.firstSeen),
    last_seen: isoTime(group.lastSeen),
    sample_task_ids: group.samples,
  };
}

function countsJson({ total, byStatus }: Counts) {
  return { total, by_status: byStatus };
}
