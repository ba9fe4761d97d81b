import { z } from '@hono/zod-openapi';
import { MAX_TEXT_BYTES } from '../../../domain/collection.js';
import { answerExamples } from './answer-examples.js';
import { pageAnswer, sessionAnswer } from './record-answers.schema.js';
import { byStatus, count, described, time } from './values.js';

const counts = {
  total: count.openapi({ description: 'Number of stored tasks.' }),
  by_status: byStatus.openapi({ description: 'Number of stored tasks by status.' }),
};

export const listedSession = z
  .strictObject({
    // Not extended: the document would combine two schemas that allow nothing else.
    ...sessionAnswer.shape,
    progress: z
      .strictObject(counts)
      .optional()
      .openapi({ description: 'Only with `include=progress`.' }),
  })
  .openapi('ListedSession', { example: answerExamples.Session });

export const sessionPageAnswer = pageAnswer(listedSession, 'SessionPage', [answerExamples.Session]);

export const progressAnswer = z
  .strictObject({
    session_id: described(z.string(), 'The id of the session.'),
    ...counts,
    sheets: z
      .array(
        z.strictObject({
          sheet_name: described(z.string(), 'Name of the sheet, as its tasks have it.'),
          ...counts,
        }),
      )
      .openapi({ description: 'The same counts of each sheet, in the order of their names.' }),
  })
  .openapi('SessionProgress', { example: answerExamples.SessionProgress });

export const failuresAnswer = z
  .strictObject({
    total: count.openapi({ description: 'Number of failed tasks.' }),
    truncated: z.boolean().openapi({
      description:
        'Whether some of them are in no group: only the newest 10,000 are looked at, and only `limit` groups are listed.',
    }),
    groups: described(
      z.array(
        z.strictObject({
          message: z.string().openapi({
            description:
              'What the error messages have in common: numbers, ids, quoted parts and URLs are replaced. Empty for tasks without a message.',
          }),
          count: described(count, 'Number of failed tasks of the group.'),
          sessions: z.array(z.string()).openapi({
            description: 'The ids of their sessions, those of the newest tasks first.',
          }),
          first_seen: time.openapi({ description: 'When the oldest of them was last accepted.' }),
          last_seen: time.openapi({ description: 'When the newest of them was last accepted.' }),
          sample_task_ids: described(
            z.array(z.string()).max(5),
            'The ids of up to five of them, newest first.',
          ),
        }),
      ),
      'Failed tasks with the same cause, the largest group first.',
    ),
  })
  .openapi('Failures', { example: answerExamples.Failures });

/** Maximum number of task ids in one request. */
const MOST_IDS = 10_000;

export const retryBody = z
  .strictObject({
    sheet_name: z
      .string()
      .max(255)
      .optional()
      .openapi({ description: 'Only tasks of this sheet.' }),
    batch_id: z.string().max(64).optional().openapi({ description: 'Only tasks of this batch.' }),
    message: z.string().max(MAX_TEXT_BYTES).optional().openapi({
      description: 'Only tasks of this group of `/failures`; an error message is grouped as there.',
    }),
    task_ids: z
      .array(z.string().max(64))
      .max(MOST_IDS)
      .optional()
      .openapi({
        description: `Only these tasks, at most ${MOST_IDS}; those that are not failed are left as they are.`,
      }),
  })
  .openapi('RetryRequest', { example: answerExamples.RetryRequest });

export const retriedAnswer = z
  .strictObject({
    session_id: described(z.string(), 'The id of the session.'),
    retried_tasks: described(count, 'Number of failed tasks that are set back to `pending`.'),
  })
  .openapi('RetriedSession', { example: answerExamples.RetriedSession });
