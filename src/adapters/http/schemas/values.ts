import { z } from '@hono/zod-openapi';

export const count = z.int().min(0);

/** Always milliseconds and `Z`: clients may compare two of them as text. */
export const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .openapi({ format: 'date-time', example: '2026-11-24T12:05:30.250Z' });

export const byStatus = z
  .record(z.string(), count)
  .openapi({ example: { pending: 3, completed: 40 } });

/** A property with its description: a check refuses a document with a property that has none. */
export function described<Schema extends z.ZodType>(schema: Schema, description: string): Schema {
  return schema.openapi({ description });
}
