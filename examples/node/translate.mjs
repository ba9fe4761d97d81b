// Translates a CSV file with sheets, survives crashes, and exports a workbook.
//
// Start the service (npm start builds the client, too), then run in the folder of the service:
//   node examples/node/translate.mjs examples/game.csv game-fr.xlsx --crash-after 20
//   node examples/node/translate.mjs examples/game.csv game-fr.xlsx
// The second run translates only what is left. A third one translates nothing.
// examples/python/translate.py does the same in Python.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { finish, PersistenceClient, resume, TaskWriter } from 'persistence-service/client';

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
  if (chance < 77) throw new Error('Rate limit reached: try again in 20s');
  return source_text.toUpperCase();
}

const client = new PersistenceClient();
let job = await resume(client, session, newTasks());
for (let round = 0; round < 10; round += 1) {
  console.log(job.tasks.length, 'texts to do');
  const writer = new TaskWriter(client, { flushEach: true });
  for (const task of job.tasks) {
    await translate(task).then(
      (text) => writer.complete(task, text),
      (error) => writer.fail(task, error),
    );
  }
  await writer.close();
  const { status, byStatus } = await finish(client, job);
  console.log(`${status}: ${byStatus.completed ?? 0} texts are translated`);
  if (status !== 'failed') break;
  await client.retrySession(job.sessionId);
  job = await resume(client, session);
}
await writeFile(output, (await client.exportSession(job.sessionId)).body);
