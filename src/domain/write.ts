import type { Collection, FieldValue } from './collection.js';
import { acceptedAt, type Version } from './version.js';

/**
 * What is known of one key: one accepted write, several merged writes, or a stored record. All
 * three have the same form, so one rule (merge.ts) serves coalescing, replay, storing and reading.
 */
export interface Write {
  readonly key: string;
  /** The version of the newest write in it. */
  readonly version: Version;
  /** When the oldest write in it was accepted, epoch milliseconds: `created_at`. */
  readonly createdAt: number;
  /**
   * The fields that some write contained; a field that no write contained is absent. `null` is a
   * value.
   */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** The versions of those optional fields that are older than `version`. */
  readonly olderFields?: Readonly<Record<string, Version>>;
  /**
   * The versions of the other writes in it, oldest first; at most the newest OLDER_VERSIONS of
   * them. With `olderCounters` it determines what remains of the write if a delete lies between two
   * of them.
   */
  readonly olderVersions?: readonly Version[];
  /** Growing counters whose greatest value did not come with `version`: see `counterSteps`. */
  readonly olderCounters?: Readonly<Record<string, readonly CounterStep[]>>;
}

/** How many versions a merged write keeps in addition to its own. */
export const OLDER_VERSIONS = 8;

/** A value of a growing counter, and the version of the write that contained it. */
export type CounterStep = readonly [version: Version, value: number];

/**
 * The values that a growing counter would have without the writes up to some version, oldest and
 * greatest first: versions increase and values decrease. Usually one, since counters grow.
 */
export function counterSteps(write: Write, field: string): readonly CounterStep[] {
  const value = write.fields[field];
  if (value === undefined) return [];
  return write.olderCounters?.[field] ?? [[write.version, Number(value)]];
}

/** One accepted write. `fields` contains every required field of the collection. */
export function newWrite(
  key: string,
  version: Version,
  fields: Readonly<Record<string, FieldValue>>,
): Write {
  return { key, version, createdAt: acceptedAt(version), fields };
}

/** The version of the write that a field's value came from; 0 if no write contained the field. */
export function versionOfField(write: Write, field: string): Version {
  if (!(field in write.fields)) return 0;
  return write.olderFields?.[field] ?? write.version;
}

export type RecordFields = Readonly<Record<string, FieldValue>>;

/**
 * The record that readers see: every field, in the order of the collection, with the initial value
 * of each field that no write contained.
 */
export function toRecord(collection: Collection, write: Write): RecordFields {
  const record: Record<string, FieldValue> = { [collection.key]: write.key };
  for (const field of collection.fields) {
    const value = write.fields[field.name];
    record[field.name] = value === undefined ? field.initial : value;
  }
  record.created_at = write.createdAt;
  record.updated_at = acceptedAt(write.version);
  return record;
}
