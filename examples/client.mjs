// A translation backend in small: what a client of the service does, with nothing but Node.
// node examples/client.mjs [URL]; a key, where one is needed, is in PERSISTENCE_API_KEY.

import { setTimeout as pause } from 'node:timers/promises';

const [url = 'http://127.0.0.1:8001'] = process.argv.slice(2);
const api = `${url}/api/v1/translation`;
const headers = {
  'content-type': 'application/json',
  authorization: `Bearer ${process.env.PERSISTENCE_API_KEY ?? 'none'}`,
};

const SEND_AGAIN = [429, 500, 502, 503, 504];
const MOST_ATTEMPTS = 20;

/** Sends again what was not answered, or refused for now; throws what would be refused again. */
async function call(method, path, body) {
  for (let attempt = 1; ; attempt += 1) {
    let seconds = Math.min(30, 0.1 * 2 ** attempt) * (0.5 + Math.random());
    try {
      const signal = AbortSignal.timeout(30_000);
      const response = await fetch(api + path, {
        method,
        headers,
        body: JSON.stringify(body),
        signal,
      });
      if (response.ok) return await response.json();
      const { detail } = await response.json().catch(() => ({ detail: response.statusText }));
      const isFinal = !SEND_AGAIN.includes(response.status) || attempt === MOST_ATTEMPTS;
      if (isFinal) throw new Refused(`${method} ${path}: ${response.status} ${detail}`);
      seconds = Number(response.headers.get('retry-after') ?? seconds);
    } catch (error) {
      // Not answered at all: it may have been accepted, and sending it again does no harm.
      if (error instanceof Refused || attempt === MOST_ATTEMPTS) throw error;
    }
    await pause(seconds * 1000);
  }
}

class Refused extends Error {}

const session = {
  session_id: 'client-example',
  filename: 'example.xlsx',
  file_path: '/examples/example.xlsx',
  llm_provider: 'example',
  status: 'processing',
  total_tasks: 25,
};
const newTasks = Array.from({ length: session.total_tasks }, (_, index) => ({
  task_id: `client-example-${index}`,
  session_id: session.session_id,
  batch_id: 'b0',
  sheet_name: 'Example',
  row_index: index + 2,
  column_name: 'upper',
  source_text: `line ${index}`,
  status: 'pending',
}));
const translate = (task) => ({
  ...task,
  status: 'completed',
  target_text: task.source_text.toUpperCase(),
});

async function unfinished() {
  const { sessions } = await call('GET', '/recovery/incomplete-sessions');
  if (!sessions.some(({ session_id }) => session_id === session.session_id)) return [];
  return (await call('POST', `/recovery/restore/${session.session_id}`)).tasks;
}

let tasks = await unfinished();
console.log(`unfinished before: ${tasks.length}`);
if (tasks.length === 0) {
  // The session first: tasks that come before it would wait in quarantine.
  await call('POST', '/sessions/batch', { sessions: [session] });
  await call('POST', '/tasks/batch', { tasks: newTasks });
  tasks = newTasks;
}

let completed = session.total_tasks - tasks.length;
let quarantined = 0;
for (let from = 0; from < tasks.length; from += 10) {
  const done = tasks.slice(from, from + 10).map(translate);
  completed += done.length;
  const isLast = from + 10 >= tasks.length;
  const answer = await call('POST', `/tasks/batch${isLast ? '?ack=stored' : ''}`, { tasks: done });
  quarantined += answer.quarantined?.length ?? 0;
  const status = isLast ? 'completed' : 'processing';
  const sessions = [{ ...session, status, completed_tasks: completed }];
  await call('POST', '/sessions/batch', { sessions });
}
console.log(`stored: ${completed} tasks, quarantined: ${quarantined}`);
console.log(`unfinished after: ${(await unfinished()).length}`);
