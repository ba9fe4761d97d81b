// Translates a CSV file with sheets, survives crashes, and exports a workbook.
//
// Start the service (npm start builds the client, too), then run in the folder of the service:
//   node examples/node/translate.mjs examples/game.csv game-fr.xlsx --crash-after 20
//   node examples/node/translate.mjs examples/game.csv game-fr.xlsx
// The second run translates only what is left. A third one translates nothing.
// examples/python/translate.py does the same in Python.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  finish,
  PersistenceClient,
  resume,
  TaskWriter,
  UnsentTasksError,
} from 'persistence-service/client';

const options = { 'crash-after': { type: 'string' } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [file, output] = positionals;
if (output === undefined) {
  console.error('usage: translate.mjs FILE.csv OUTPUT.xlsx [--crash-after N]');
  process.exit(2);
}
const name = basename(file, '.csv');
const session = {
  session_id: `${name}-fr`,
  filename: `${name}.xlsx`,
  llm_provider: 'stand-in',
  file_path: file,
  metadata: { target_language: 'fr' },
};
/** What passes by itself. */
const RATE_LIMIT = 'Rate limit reached: try again in 20s';
let calls = 0;

/** A task for each line. Keys repeat in every file and language: the id has all three. */
function* newTasks() {
  for (const line of readFileSync(file, 'utf8').trimEnd().split(/\r?\n/).slice(1)) {
    const cells = line.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g);
    const [sheet_name, row_index, key, source_text] = [...cells].map(
      ([, quoted, plain]) => plain ?? quoted.replaceAll('""', '"'),
    );
    yield {
      task_id: `${name}-fr-${key}`,
      batch_id: sheet_name,
      sheet_name,
      row_index: Number(row_index),
      column_name: 'fr',
      context: key,
      source_text,
    };
  }
}

/** Stands for a language model: each call is paid for, and some fail. */
async function translate({ task_id, retry_count, source_text }) {
  calls += 1;
  console.log('paid for', task_id);
  if (calls === Number(values['crash-after'])) process.exit(3);
  const [chance] = createHash('sha256').update(`${task_id} ${retry_count}`).digest();
  if (chance < 77) throw new Error(RATE_LIMIT);
  return source_text.toUpperCase();
}

/** The service refuses the text, as it is too large or has a NUL. It is paid for: keep it. */
async function keep(writer, task, text, error) {
  if (error instanceof UnsentTasksError) throw error;
  await appendFile('refused.txt', `${task.task_id} ${JSON.stringify(text)}\n`);
  await writer.fail(task, error);
}

const client = new PersistenceClient();
let job = await resume(client, session, newTasks());
for (let round = 0; round < 10; round += 1) {
  console.log(job.tasks.length, 'texts to do');
  const writer = new TaskWriter(client, { flushEach: true });
  try {
    for (const task of job.tasks) {
      await translate(task).then(
        (text) => writer.complete(task, text).catch((error) => keep(writer, task, text, error)),
        (error) => writer.fail(task, error),
      );
    }
  } finally {
    // Sends what was put, also after an error.
    await writer.close();
  }
  const { status, byStatus } = await finish(client, job);
  console.log(`${status}: ${byStatus.completed ?? 0} texts are translated`);
  if (status !== 'failed') break;
  await client.retrySession(job.sessionId, { message: RATE_LIMIT });
  job = await resume(client, session);
  // What failed does not pass by itself.
  if (job.tasks.length === 0) break;
}
await writeFile(output, (await client.exportSession(job.sessionId)).body);
