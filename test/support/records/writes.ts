import type { FieldValue } from '../../../src/domain/collection.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { newWrite, type Write } from '../../../src/domain/write.js';
import { aSessionRecord, aTaskRecord } from './records.js';

type Fields = Readonly<Record<string, FieldValue>>;

/** Versions in tests are small numbers on top of this one: 2026-09-21, in microseconds. */
export const BASE_VERSION = 1_790_000_000_000_000;
/** Versions per millisecond. */
export const MS = 1000;

export function sessionWrite(key: string, version: number, fields: Fields = {}): Write {
  return newWrite(key, BASE_VERSION + version, aSessionRecord(key, fields).fields);
}

export function taskWrite(key: string, version: number, fields: Fields = {}): Write {
  return newWrite(key, BASE_VERSION + version, aTaskRecord(key, fields).fields);
}

export { SESSIONS, TASKS };
