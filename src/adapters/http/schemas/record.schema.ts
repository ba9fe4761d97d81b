import { z } from '@hono/zod-openapi';
import { type Collection, type Field, MAX_INTEGER } from '../../../domain/collection.js';
import { explain, inOneText } from '../../../domain/collections/explain.js';
import { JsonField } from '../body/json-field.js';
import { parseDateTime } from './dates.js';
import { exampleOf } from './examples.js';
import { jsonProblem } from './json-rules.js';
import { IGNORED, STATUS } from './record-reader.js';
import { fitsInBytes, fitsInCharacters, idProblem, storableProblem } from './text-rules.js';

/**
 * The schema of a record that a client sends, derived from the collection description. It documents
 * the record, and describes what is wrong with one that the RecordReader refuses.
 */
export function incomingSchema(collection: Collection) {
  const words = descriptionsOf(collection);
  const documented = (name: string, schema: z.ZodType) =>
    schema.openapi({ description: words(name), example: exampleOf(collection)[name] });
  const ignored = (name: string) =>
    z
      .unknown()
      .optional()
      .openapi({ description: words(name) });
  return z.strictObject({
    [collection.key]: documented(collection.key, idSchema(collection.keyMaxLength)),
    ...Object.fromEntries(
      collection.fields.map((field) => [
        field.name,
        optionality(field, documented(field.name, schemaOf(field))),
      ]),
    ),
    ...Object.fromEntries(IGNORED.map((name) => [name, ignored(name)])),
  });
}

/** The description of each field of a record, by its name. */
export function descriptionsOf(collection: Collection): (name: string) => string {
  const words = new Map(explain(collection).map((field) => [field.name, inOneText(field)]));
  return (name) => words.get(name) ?? '';
}

function optionality(field: Field, schema: z.ZodType): z.ZodType {
  if (field.required) return schema;
  return field.initial === null ? schema.nullable().optional() : schema.optional();
}

function schemaOf(field: Field): z.ZodType {
  const limit = field.maxLength ?? 0;
  switch (field.kind) {
    case 'id':
      return idSchema(limit);
    case 'string':
      return field.name === 'status'
        ? z
            .string()
            .regex(STATUS, 'expected lower-case letters, digits and _, a letter first')
            .max(limit)
        : characters(limit).min(1).superRefine(rule(storableProblem));
    case 'text':
      return z
        .string()
        .refine((text) => fitsInBytes(text, limit), `takes more than ${limit} bytes of UTF-8`)
        .superRefine(rule(storableProblem))
        .openapi({ maxLength: limit });
    case 'integer':
      return z.int().min(0).max(MAX_INTEGER);
    case 'ratio':
      return z.number().min(0).max(1);
    case 'instant':
      // Not the format date-time of JSON Schema, which requires a zone.
      return z
        .string()
        .refine(
          (text) => parseDateTime(text) !== null,
          'expected an ISO 8601 date-time between the years 1000 and 9999, such as 2026-11-24T12:00:00.000Z',
        );
    case 'json':
      return z
        .custom<JsonField>(
          (value) => value instanceof JsonField && !Array.isArray(value.value),
          'expected a JSON object',
        )
        .superRefine((value, context) => {
          const problem = jsonProblem(value, limit);
          if (problem !== null) {
            context.addIssue({ code: 'custom', message: problem.message, path: [...problem.path] });
          }
        })
        .openapi({ type: ['object', 'null'], additionalProperties: true });
  }
}

function idSchema(limit: number) {
  return characters(limit).min(1).superRefine(rule(idProblem));
}

/** The limit is in characters (code points), by the rule of the RecordReader. */
function characters(limit: number) {
  return z
    .string()
    .refine((text) => fitsInCharacters(text, limit), `is longer than ${limit} characters`)
    .openapi({ maxLength: limit });
}

function rule(problemOf: (text: string) => string | null) {
  return (text: string, context: z.RefinementCtx) => {
    const message = problemOf(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}
