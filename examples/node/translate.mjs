// A whole translation job: `node examples/node/translate.mjs [FILE.csv] [--crash-after=N]`.
// It may be stopped at any moment and started again. PERSISTENCE_URL and PERSISTENCE_API_KEY name
// the service.
import { createWriteStream, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { PersistenceClient, resume, TaskWriter } from 'persistence-service/client';
import { parseCsv } from './csv.mjs';
import { aModel } from './model.mjs';

const options = { 'crash-after': { type: 'string' }, output: { type: 'string' } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [file = 'examples/game.csv'] = positionals;
const crashAfter = Number(values['crash-after'] ?? Number.POSITIVE_INFINITY);

const client = new PersistenceClient();
const model = aModel(42);
const name = basename(file, '.csv');
const rows = parseCsv(readFileSync(file, 'utf8'));
const session = {
  session_id: `${name}-fr`, // a session for each file and language
  filename: `${name}.xlsx`,
  file_path: resolve(file),
  status: 'processing',
  llm_provider: 'example',
  total_tasks: rows.length,
};
const newTasks = rows.map(({ sheet_name, row_index, key, source_text }) => ({
  task_id: `${session.session_id}/${key}`, // unique over all sessions
  session_id: session.session_id,
  batch_id: sheet_name,
  sheet_name,
  row_index: Number(row_index),
  column_name: 'fr',
  source_text,
  context: key,
  status: 'pending',
}));

/** Translates tasks, four at a time. Each result is acknowledged before the next text is paid for. */
async function work(tasks) {
  const writer = new TaskWriter(client, { flushEach: true });
  const waiting = [...tasks];
  const worker = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const start_time = new Date();
      const result = await model.translate(task.source_text).then(
        (target_text) => ({ status: 'completed', target_text, error_message: null }),
        (error) => ({ status: 'failed', error_message: error.message }),
      );
      await writer.put({ ...task, ...result, start_time, end_time: new Date() });
      if (model.calls >= crashAfter) process.exit(1);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  await writer.close();
}

const job = await resume(client, session, newTasks);
console.log(
  `${session.filename} is ${job.found}: ${job.tasks.length} of ${rows.length} texts to do`,
);
await work(job);
for (let round = 1; job.found !== 'finished'; round += 1) {
  const { retried_tasks } = await client.retrySession(session.session_id);
  if (retried_tasks === 0 || round > 20) break;
  console.log(`trying ${retried_tasks} failed texts again`);
  await work((await client.restoreSession(session.session_id)).tasks);
}
const { by_status } = await client.getSessionProgress(session.session_id, { fresh: true });
const isDone = by_status.completed === rows.length;
if (job.found !== 'finished') {
  const counters = {
    completed_tasks: by_status.completed ?? 0,
    failed_tasks: by_status.failed ?? 0,
  };
  await client.acceptSessions([
    { ...session, ...counters, status: isDone ? 'completed' : 'failed' },
  ]);
}
const { filename, body } = await client.exportSession(session.session_id);
const output = values.output ?? filename;
await pipeline(Readable.fromWeb(body), createWriteStream(output));
console.log(`paid for ${model.calls} calls; ${by_status.completed} texts are in ${output}`);
