import { z } from '@hono/zod-openapi';
import { answerExamples } from './answer-examples.js';
import { pageAnswer, sessionAnswer, taskAnswer } from './record-answers.schema.js';
import { count, described, time } from './values.js';

const sessionId = described(z.string(), 'The id of the session.');
const deletedTasks = described(count, 'Number of tasks that were deleted with their sessions.');

export const batchAnswer = z
  .strictObject({
    status: described(
      z.enum(['accepted', 'stored']),
      '`accepted`: the batch is safe on the disk of the service, and will be stored. `stored`: it is committed to the store.',
    ),
    count: described(count, 'Number of records in the batch.'),
    timestamp: described(time, 'When the batch was accepted; the `updated_at` of its records.'),
    quarantined: described(
      z.array(
        z.strictObject({
          index: described(count, 'Position of the record in the batch, the first is 0.'),
          key: described(z.string(), 'The id of the record.'),
          reason: described(z.string(), 'Why the store refused it: a code, a colon, a sentence.'),
        }),
      ),
      'Only with `ack=stored`: the records that the store refused. They wait in quarantine.',
    ).optional(),
  })
  .openapi('BatchAnswer', { example: answerExamples.BatchAnswer });

export const flushAnswer = z
  .strictObject({
    status: described(z.literal('flushed'), 'Everything accepted before this call is settled.'),
    sessions_written: described(count, 'Number of sessions that this call itself stored.'),
    tasks_written: described(count, 'Number of tasks that this call itself stored.'),
    duration_ms: described(count, 'Milliseconds that the call took.'),
  })
  .openapi('FlushAnswer', { example: answerExamples.FlushAnswer });

export const incompleteAnswer = z
  .strictObject({
    count: described(count, 'Number of sessions in the answer.'),
    sessions: described(
      z.array(sessionAnswer),
      'Unfinished sessions, and finished ones that have unfinished tasks; newest first.',
    ),
  })
  .openapi('IncompleteSessions', { example: answerExamples.IncompleteSessions });

export const restoreAnswer = z
  .strictObject({
    session_id: sessionId,
    session: described(sessionAnswer, 'The session itself.'),
    tasks_count: described(count, 'Number of tasks in the answer.'),
    tasks: described(z.array(taskAnswer), 'The unfinished tasks of the session.'),
    restored_at: described(time, 'When the answer was made.'),
  })
  .openapi('RestoredSession', { example: answerExamples.RestoredSession });

export const deletedSessionAnswer = z
  .strictObject({
    status: described(z.literal('deleted'), 'No write accepted before brings the session back.'),
    session_id: sessionId,
    deleted_tasks: deletedTasks,
  })
  .openapi('DeletedSession', { example: answerExamples.DeletedSession });

export const cleanUpAnswer = z
  .strictObject({
    deleted_sessions: described(count, 'Number of sessions that were deleted.'),
    deleted_tasks: deletedTasks,
    dry_run: described(
      z.boolean(),
      'True if nothing was deleted, and the numbers say what would have been.',
    ),
  })
  .openapi('CleanUpAnswer', { example: answerExamples.CleanUpAnswer });

export const quarantinedAnswer = z
  .strictObject({
    id: described(z.string(), 'The id of the record in quarantine, to requeue it or to drop it.'),
    collection: described(z.string(), 'The collection of the record.'),
    key: described(z.string(), 'The id of the session or of the task.'),
    reason: described(z.string(), 'Why the store refused it: a code, a colon, a sentence.'),
    attempts: described(z.int().min(1), 'How often the store has refused it.'),
    quarantined_at: described(time, 'When it came into quarantine.'),
    record: described(
      z.record(z.string(), z.unknown()),
      'The fields of the write, as they were accepted.',
    ),
  })
  .openapi('QuarantinedRecord', { example: answerExamples.QuarantinedRecord });

export const quarantinePageAnswer = pageAnswer(quarantinedAnswer, 'QuarantinePage', [
  answerExamples.QuarantinedRecord,
]);
export const requeuedAnswer = z
  .strictObject({ requeued: described(count, 'Number of records that are tried again.') })
  .openapi('RequeuedAnswer', { example: answerExamples.RequeuedAnswer });
export const droppedAnswer = z
  .strictObject({
    status: described(z.literal('deleted'), 'The record is no longer in quarantine.'),
  })
  .openapi('DroppedAnswer', { example: answerExamples.DroppedAnswer });
