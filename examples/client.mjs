// A small translation backend: an example client of the service, using only Node.
// Run: node examples/client.mjs [URL]. If the service needs a key, set PERSISTENCE_API_KEY.

import { setTimeout as pause } from 'node:timers/promises';

const [url = 'http://127.0.0.1:8001'] = process.argv.slice(2);
const api = `${url}/api/v1/translation`;
const headers = {
  'content-type': 'application/json',
  authorization: `Bearer ${process.env.PERSISTENCE_API_KEY ?? 'none'}`,
};

const SEND_AGAIN = [429, 500, 502, 503, 504];
const MOST_ATTEMPTS = 20;

/**
 * Returns the answer, or null if a requested record does not exist. Retries requests that are not
 * answered or are refused temporarily; throws on permanent refusals.
 */
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
      if (response.status === 404 && method === 'GET') return null;
      const { detail } = await response.json().catch(() => ({ detail: response.statusText }));
      const isFinal = !SEND_AGAIN.includes(response.status) || attempt === MOST_ATTEMPTS;
      if (isFinal) throw new Refused(`${method} ${path}: ${response.status} ${detail}`);
      seconds = Number(response.headers.get('retry-after') ?? seconds);
    } catch (error) {
      // No answer: the write may have been accepted, and a retry is harmless.
      if (error instanceof Refused || attempt === MOST_ATTEMPTS) throw error;
    }
    await pause(seconds * 1000);
  }
}

class Refused extends Error {}

const FINISHED = ['completed', 'failed', 'cancelled', 'skipped'];
const AT_A_TIME = 4;

const session = {
  session_id: 'client-example',
  filename: 'example.xlsx',
  file_path: '/examples/example.xlsx',
  llm_provider: 'example',
  total_tasks: 25,
};
const newTasks = Array.from({ length: session.total_tasks }, (_, index) => ({
  task_id: `${session.session_id}-${index}`,
  session_id: session.session_id,
  batch_id: 'b0',
  sheet_name: 'Example',
  row_index: index + 2,
  column_name: 'upper',
  source_text: `line ${index}`,
  status: 'pending',
}));

/** Stands for the language model: it is slow, and each call is paid for. */
async function translate(task) {
  await pause(50);
  return { ...task, status: 'completed', target_text: task.source_text.toUpperCase() };
}

const postSession = (fields) =>
  call('POST', '/sessions/batch', { sessions: [{ ...session, ...fields }] });
const restore = () => call('POST', `/recovery/restore/${session.session_id}`);

/**
 * Returns the tasks to translate; null if the file is finished. It reads before it writes: a
 * translated task that is posted as pending again would be translated and paid for again.
 */
async function whatIsToDo() {
  const found = await call('GET', `/sessions/${session.session_id}`);
  // `preparing`: the client died before all tasks were sent, and before the first was translated.
  if (found === null || found.status === 'preparing') {
    // The session comes first: tasks that arrive before it go to quarantine.
    await postSession({ status: 'preparing' });
    await call('POST', '/tasks/batch', { tasks: newTasks });
    await postSession({ status: 'processing' });
    console.log(`${session.filename} is new: ${newTasks.length} tasks`);
    return newTasks;
  }
  if (FINISHED.includes(found.status)) {
    console.log(`${session.filename} is finished: nothing to do`);
    return null;
  }
  const { tasks } = await restore();
  console.log(
    `${session.filename} continues: ${tasks.length} of ${session.total_tasks} tasks left`,
  );
  return tasks;
}

const todo = await whatIsToDo();
if (todo !== null) {
  let completed = session.total_tasks - todo.length;
  const waiting = [...todo];
  // Each result is sent as it arrives. If the client dies, results that are not acknowledged are
  // translated and paid for again: at most AT_A_TIME tasks. A client that collects results widens
  // this window.
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      await call('POST', '/tasks/batch', { tasks: [await translate(task)] });
      completed += 1;
      if (completed % 10 === 0) {
        await postSession({ status: 'processing', completed_tasks: completed });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  // Records that the store refused are in quarantine, and unfinished in the store.
  const left = (await restore()).tasks.length;
  const status = left === 0 ? 'completed' : 'failed';
  await postSession({ status, completed_tasks: completed - left });
  console.log(`translated: ${todo.length}, not stored: ${left}`);
}
