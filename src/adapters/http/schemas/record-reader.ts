import type { IncomingRecord } from '../../../application/writing/accept-batch.js';
import {
  type Collection,
  type Field,
  type FieldValue,
  MAX_INTEGER,
} from '../../../domain/collection.js';
import { JsonField } from '../body/json-field.js';
import { parseDateTime } from './dates.js';
import { jsonProblem } from './json-rules.js';
import { fitsInBytes, fitsInCharacters, idProblem, storableProblem } from './text-rules.js';

/** Allowed and ignored, so that a record that was read can be posted back. */
export const IGNORED: readonly string[] = ['created_at', 'updated_at'];
export const STATUS = /^[a-z][a-z0-9_]*$/;

/** Checks a value and converts it to its domain value; undefined if it breaks a rule. */
type ReadValue = (value: unknown) => FieldValue | undefined;

/**
 * Checks a record and converts it, both in one pass over its fields: the rules of `incomingSchema`
 * (record.schema.ts), which describes what is wrong with a record that is refused here. A batch has
 * thousands; see docs/adr/0007-validation.md.
 */
export class RecordReader {
  readonly #key: { readonly name: string; readonly read: ReadValue };
  readonly #fields: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly read: ReadValue;
  }[];

  constructor({ key, keyMaxLength, fields }: Collection) {
    this.#key = { name: key, read: idReader(keyMaxLength) };
    this.#fields = fields.map((field) => ({
      name: field.name,
      required: field.required,
      read: readerOf(field),
    }));
  }

  /** Null if the record breaks a rule. */
  read(record: unknown): IncomingRecord | null {
    if (typeof record !== 'object' || record === null) return null;
    const values = record as Readonly<Record<string, unknown>>;
    const key = this.#key.read(values[this.#key.name]);
    if (typeof key !== 'string') return null;
    let known = 1;
    const fields: Record<string, FieldValue> = {};
    for (const { name, required, read } of this.#fields) {
      const value = values[name];
      if (value === undefined) {
        if (required) return null;
        continue;
      }
      const found = read(value);
      if (found === undefined) return null;
      fields[name] = found;
      known += 1;
    }
    for (const name of IGNORED) if (values[name] !== undefined) known += 1;
    return countOf(values) === known ? { key, fields } : null;
  }
}

function countOf(values: Readonly<Record<string, unknown>>): number {
  let count = 0;
  for (const _ in values) count += 1;
  return count;
}

function readerOf(field: Field): ReadValue {
  const read = readerOfKind(field);
  if (field.required || field.initial !== null) return read;
  return (value) => (value === null ? null : read(value));
}

function readerOfKind({ name, kind, maxLength = 0 }: Field): ReadValue {
  switch (kind) {
    case 'id':
      return idReader(maxLength);
    case 'string':
      return textReader((text) =>
        name === 'status'
          ? text.length <= maxLength && STATUS.test(text)
          : text !== '' && fitsInCharacters(text, maxLength) && storableProblem(text) === null,
      );
    case 'text':
      return textReader((text) => fitsInBytes(text, maxLength) && storableProblem(text) === null);
    case 'integer':
      return (value) =>
        Number.isInteger(value) ? within(value as number, MAX_INTEGER) : undefined;
    case 'ratio':
      return (value) => {
        const ratio = typeof value === 'number' ? within(value, 1) : undefined;
        return ratio === undefined ? undefined : Math.round(ratio * 10_000) / 10_000;
      };
    case 'instant':
      return (value) =>
        typeof value === 'string' ? (parseDateTime(value) ?? undefined) : undefined;
    case 'json':
      return (value) => {
        const isObject = value instanceof JsonField && !Array.isArray(value.value);
        return isObject && jsonProblem(value, maxLength) === null ? value.text : undefined;
      };
  }
}

function idReader(limit: number): ReadValue {
  return textReader(
    (text) => text !== '' && fitsInCharacters(text, limit) && idProblem(text) === null,
  );
}

function textReader(isAllowed: (text: string) => boolean): ReadValue {
  return (value) => (typeof value === 'string' && isAllowed(value) ? value : undefined);
}

function within(value: number, most: number): number | undefined {
  return value >= 0 && value <= most ? value : undefined;
}
