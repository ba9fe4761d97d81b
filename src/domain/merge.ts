/**
 * The merge rule: the result of two writes of one key.
 *
 * Each `replace` field is a register with its own version: the value accepted last wins, and a
 * field that a write omits is not affected. Each `greatest` field is a counter that only grows.
 * `createdAt` is the earlier, `version` the later of the two. The rule is therefore associative,
 * idempotent, and (except for two writes of equal version, where `incoming` wins) commutative: any
 * set of writes, in any order, in any grouping, any number of times, results in the same record.
 *
 * Versions are kept per field, not per record, because a record-wide guard violates exactly this:
 * see docs/adr/0003. The other interpreter of this rule is the SQL of
 * adapters/storage/sql/statements/merge-assignments.ts. tombstone.ts describes how deletes take part in it.
 */
import type { Collection, Field, FieldValue } from './collection.js';
import type { Version } from './version.js';
import {
  type CounterStep,
  counterSteps,
  OLDER_VERSIONS,
  versionOfField,
  type Write,
} from './write.js';

/**
 * Merges `incoming`, which arrived later, into `stored`. Both must have the same key and the same
 * parent: a write that names another parent is refused before it is merged.
 */
export function mergeWrites(collection: Collection, stored: Write, incoming: Write): Write {
  const version = Math.max(stored.version, incoming.version);
  const fields: Record<string, FieldValue> = {};
  const olderFields: Record<string, Version> = {};
  const olderCounters: Record<string, readonly CounterStep[]> = {};
  let anyOlder = false;
  let anyOlderCounter = false;
  for (const field of collection.fields) {
    const { name } = field;
    const from = winner(field, stored, incoming);
    if (from === null) continue;
    fields[name] = from.fields[name] as FieldValue;
    if (field.required) continue;
    if (field.rule === 'greatest') {
      const steps = mergeSteps(counterSteps(stored, name), counterSteps(incoming, name));
      if (steps.length === 1 && steps[0]?.[0] === version) continue;
      olderCounters[name] = steps;
      anyOlderCounter = true;
      continue;
    }
    const fieldVersion = versionOfField(from, name);
    if (fieldVersion < version) {
      olderFields[name] = fieldVersion;
      anyOlder = true;
    }
  }
  const olderVersions = mergeVersions(stored, incoming, version);
  return {
    key: stored.key,
    version,
    createdAt: Math.min(stored.createdAt, incoming.createdAt),
    fields,
    ...(anyOlder ? { olderFields } : {}),
    ...(olderVersions.length > 0 ? { olderVersions } : {}),
    ...(anyOlderCounter ? { olderCounters } : {}),
  };
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

/** Keeps a value only if no newer one is as great. */
function mergeSteps(a: readonly CounterStep[], b: readonly CounterStep[]): readonly CounterStep[] {
  const newestFirst = [...a, ...b].sort((one, other) => other[0] - one[0] || other[1] - one[1]);
  const kept: CounterStep[] = [];
  for (const step of newestFirst) {
    const newer = kept.at(-1);
    if (newer === undefined || step[1] > newer[1]) kept.push(step);
  }
  return kept.reverse();
}

function mergeVersions(a: Write, b: Write, newest: Version): readonly Version[] {
  if (a.version === b.version && a.olderVersions === undefined && b.olderVersions === undefined)
    return [];
  const all = new Set([
    ...(a.olderVersions ?? []),
    ...(b.olderVersions ?? []),
    a.version,
    b.version,
  ]);
  all.delete(newest);
  return [...all].sort((one, other) => one - other).slice(-OLDER_VERSIONS);
}

/** Merges the writes of one key, in order of arrival. Throws if there are none. */
export function foldWrites(collection: Collection, writes: readonly Write[]): Write {
  return writes.reduce((merged, write) => mergeWrites(collection, merged, write));
}

/** Coalesces writes of many keys: one write per key, in the order in which the keys first occur. */
export function coalesce(collection: Collection, writes: readonly Write[]): Write[] {
  const byKey = new Map<string, Write>();
  for (const write of writes) {
    const earlier = byKey.get(write.key);
    byKey.set(write.key, earlier === undefined ? write : mergeWrites(collection, earlier, write));
  }
  return [...byKey.values()];
}
