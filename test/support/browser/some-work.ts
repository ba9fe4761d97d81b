import { told } from '../processes/mysql-service.js';
import type { ServiceProcess } from '../processes/service-process.js';

const time = '2026-11-29T08:00:00Z';

export const session = (session_id: string, fields: object = {}) => ({
  session_id,
  filename: `${session_id}.xlsx`,
  file_path: `/games/tale/${session_id}.xlsx`,
  status: 'processing',
  llm_provider: 'openai',
  ...fields,
});

export const task = (
  task_id: string,
  session_id: string,
  row_index: number,
  fields: object = {},
) => ({
  task_id,
  session_id,
  batch_id: 'b-1',
  sheet_name: 'Items',
  row_index,
  column_name: 'zh-CN',
  source_text: `sword ${row_index}`,
  status: 'pending',
  start_time: time,
  ...fields,
});

export async function send(service: ServiceProcess, sessions: object[], tasks: object[]) {
  await told(service, 'POST', 'sessions/batch', { sessions });
  for (let from = 0; from < tasks.length; from += 5000)
    await told(service, 'POST', 'tasks/batch', { tasks: tasks.slice(from, from + 5000) });
  await told(service, 'POST', 'flush');
}

/** A session with 30 finished, 4 failed and 6 pending cells, a finished one, and an orphan. */
export async function sendSomeWork(service: ServiceProcess): Promise<void> {
  const tasks = Array.from({ length: 40 }, (_, index) => {
    const id = `lantern-${index}`;
    if (index < 30)
      return task(id, 'lantern', index + 2, { status: 'completed', target_text: `剑 ${index}` });
    if (index < 34)
      return task(id, 'lantern', index + 2, {
        status: 'failed',
        error_message: `Rate limit reached, retry in ${index}s`,
      });
    return task(id, 'lantern', index + 2, { sheet_name: 'Quests' });
  });
  const orphan = task('orphan', 'nowhere', 2);
  const sessions = [session('lantern'), session('harbour', { status: 'completed' })];
  await send(service, sessions, [...tasks, orphan]);
}
