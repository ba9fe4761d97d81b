/**
 * THE merge rule: what two writes of one key make together.
 *
 * Each `replace` field is a register with its own version: the value accepted last wins, and a
 * field that a write leaves out takes no part. Each `greatest` field is a counter that only grows.
 * `createdAt` is the earlier, `version` the later of the two. The rule is therefore associative,
 * idempotent, and (but for two writes of equal version, where `incoming` wins) commutative: any
 * set of writes, in any order, in any grouping, any number of times, makes the same record.
 *
 * Versions are kept per field, not per record, because a record-wide guard breaks exactly that:
 * see docs/adr/0003. The other interpreter of this rule is the SQL of adapters/storage/sql/upsert.ts.
 */
import type { Collection, Field, FieldValue } from './collection.js';
import type { Version } from './version.js';
import { versionOfField, type Write } from './write.js';

/** Merges `incoming`, which arrived later, into `stored`. Both must have the same key. */
export function mergeWrites(collection: Collection, stored: Write, incoming: Write): Write {
  const version = Math.max(stored.version, incoming.version);
  const fields: Record<string, FieldValue> = {};
  const olderFields: Record<string, Version> = {};
  let anyOlder = false;
  for (const field of collection.fields) {
    const { name } = field;
    const from = winner(field, stored, incoming);
    if (from === null) continue;
    fields[name] = from.fields[name] as FieldValue;
    if (field.required || field.rule === 'greatest') continue;
    const fieldVersion = versionOfField(from, name);
    if (fieldVersion < version) {
      olderFields[name] = fieldVersion;
      anyOlder = true;
    }
  }
  const createdAt = Math.min(stored.createdAt, incoming.createdAt);
  const merged = { key: stored.key, version, createdAt, fields };
  return anyOlder ? { ...merged, olderFields } : merged;
}

function winner(field: Field, stored: Write, incoming: Write): Write | null {
  const { name } = field;
  if (!(name in incoming.fields)) return name in stored.fields ? stored : null;
  if (!(name in stored.fields)) return incoming;
  if (field.rule === 'greatest') {
    return Number(incoming.fields[name]) > Number(stored.fields[name]) ? incoming : stored;
  }
  return versionOfField(incoming, name) >= versionOfField(stored, name) ? incoming : stored;
}

/** The writes of one key, in order of arrival, as one. Throws when there are none. */
export function foldWrites(collection: Collection, writes: readonly Write[]): Write {
  return writes.reduce((merged, write) => mergeWrites(collection, merged, write));
}

/** Coalesces writes of many keys: one write per key, in the order in which the keys first came. */
export function coalesce(collection: Collection, writes: readonly Write[]): Write[] {
  const byKey = new Map<string, Write>();
  for (const write of writes) {
    const earlier = byKey.get(write.key);
    byKey.set(write.key, earlier === undefined ? write : mergeWrites(collection, earlier, write));
  }
  return [...byKey.values()];
}
