import { z } from '@hono/zod-openapi';
import type { Collection, Field } from '../../../domain/collection.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { answerExamples } from './answer-examples.js';
import { exampleOf } from './examples.js';
import { descriptionsOf } from './record.schema.js';
import { count, described, time } from './values.js';

function recordSchema(collection: Collection, name: string) {
  const typeOf = (field: Field): z.ZodType => {
    switch (field.kind) {
      case 'id':
      case 'string':
      case 'text':
        return z.string();
      case 'integer':
        return count;
      case 'ratio':
        return z.number().min(0).max(1);
      case 'instant':
        return time;
      case 'json':
        return z.record(z.string(), z.unknown());
    }
  };
  const words = descriptionsOf(collection);
  const documented = (name: string, schema: z.ZodType) =>
    schema.openapi({ description: words(name) });
  return z
    .strictObject({
      [collection.key]: documented(collection.key, z.string()),
      ...Object.fromEntries(
        collection.fields.map((field) => [
          field.name,
          documented(
            field.name,
            field.required || field.initial === 0 ? typeOf(field) : typeOf(field).nullable(),
          ),
        ]),
      ),
      created_at: documented('created_at', time),
      updated_at: documented('updated_at', time),
    })
    .openapi(name, { description: collection.meaning, example: exampleOf(collection) });
}

export const sessionAnswer = recordSchema(SESSIONS, 'Session');
export const taskAnswer = recordSchema(TASKS, 'Task');

export function pageAnswer(item: z.ZodType, name: string, examples: readonly unknown[]) {
  return z
    .strictObject({
      total: described(
        count,
        'Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten seconds old, or two minutes if it takes seconds to count; use `fresh=true` for an exact number.',
      ),
      page: described(z.int().min(1), 'Number of this page, the first is 1.'),
      page_size: described(
        z.int().min(1).max(100),
        'Maximum number of records on a page: the one that was asked for, at most 100.',
      ),
      total_pages: described(count, 'Number of pages of this size.'),
      items: described(z.array(item), 'The records of this page, in the order that was asked for.'),
      next_cursor: described(
        z.string().nullable(),
        'Send it as `cursor` for the next page; null on the last page.',
      ),
    })
    .openapi(name, {
      example: {
        total: 1,
        page: 1,
        page_size: 20,
        total_pages: 1,
        items: [...examples],
        next_cursor: null,
      },
    });
}

export const taskPageAnswer = pageAnswer(taskAnswer, 'TaskPage', [answerExamples.Task]);
