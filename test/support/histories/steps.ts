import fc from 'fast-check';
import type { Collection, CollectionName } from '../../../src/domain/collection.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import type { Fault } from './store-link.js';

type Fields = Readonly<Record<string, unknown>>;

/** A record of a batch: fields with the value `true` get a value that no other write has. */
export interface Draft {
  readonly key: string;
  readonly fields: Fields;
}

export type Action =
  | {
      readonly kind: 'write';
      readonly of: CollectionName;
      readonly records: readonly Draft[];
      readonly ack: 'accepted' | 'stored';
    }
  | { readonly kind: 'delete' | 'restore' | 'retry'; readonly session: string }
  | { readonly kind: 'read'; readonly of: CollectionName; readonly key: string }
  | { readonly kind: 'list'; readonly of: CollectionName }
  | { readonly kind: 'flush' | 'clean-up' | 'requeue' | 'watch' | 'incomplete' | 'upkeep' }
  | { readonly kind: 'drop'; readonly place: number }
  | { readonly kind: 'wait' | 'set-clock'; readonly milliseconds: number }
  | { readonly kind: 'store-away' | 'store-back' }
  /** The store fails on a record with an unknown error, from now on or no longer. */
  | { readonly kind: 'fails-on'; readonly key: string }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly calls: number }
  | { readonly kind: 'late-calls-arrive' | 'stop' | 'kill' }
  /** For all instances: longer than any call to a store is delayed. */
  | { readonly kind: 'a-day-passes' }
  /** The process dies at some call to its store, or at the latest at the end. */
  | {
      readonly kind: 'kill-during';
      readonly doing: Action;
      readonly calls: number;
      readonly when: 'dies before' | 'dies after';
    };

/** One step on one instance, or several concurrent steps. */
export type Step = readonly { readonly by: 0 | 1; readonly action: Action }[];

export type Durability = 'journal' | 'stored';

export interface History {
  /** Milliseconds by which the clock of the second instance differs at the start. */
  readonly skew: number;
  /** See StoreLink. */
  readonly jitter: readonly number[];
  /** Which unsynced changes are on disk after a kill: see fake-disk.ts. */
  readonly survival: readonly number[];
  /** `buffer.durability` of each start, in turn. */
  readonly durability: readonly Durability[];
  readonly steps: readonly Step[];
}

const SESSION_KEYS = ['s-1', 's-2'];
/** The session that each task belongs to. */
const SESSION_OF: Readonly<Record<string, string>> = { 't-1': 's-1', 't-2': 's-1', 't-3': 's-2' };
const HOUR = 3_600_000;

const one = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
/** Absent, cleared, or with a unique value. */
const text = one<undefined | null | true>(undefined, undefined, null, true);
const count = one(undefined, undefined, 0, 1, 5, 9);
const statuses = one('pending', 'in_progress', 'completed', 'failed', 'skipped');

const asDraft = ({ key, ...fields }: Fields & { readonly key: string }): Draft => ({
  key,
  fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
});

const session = fc
  .record({
    key: one(...SESSION_KEYS),
    filename: fc.constant(true),
    status: statuses,
    total_tasks: count,
    completed_tasks: count,
    processing_tasks: count,
    metadata: text,
  })
  .map(asDraft);

const task = fc
  .record({
    key: one(...Object.keys(SESSION_OF)),
    source_text: fc.constant(true),
    status: statuses,
    target_text: text,
    context: text,
    retry_count: count,
  })
  .chain((record) => {
    const home = SESSION_OF[record.key] ?? '';
    const session_id = one(home, home, home, home, home, home, home, ...SESSION_KEYS);
    return session_id.map((id) => asDraft({ ...record, session_id: id }));
  });

const weighted = (choices: readonly (readonly [weight: number, of: fc.Arbitrary<Action>])[]) =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/**
 * For a collection that exists only in tests: its record belongs to the task of the same number.
 */
const anyOther = (collection: Collection) => {
  const { parent, fields, status } = collection;
  const keys = Object.keys(SESSION_OF).map((task) => task.replace('t-', `${collection.singular}-`));
  const optional = fields.filter(({ required, kind }) => !required && kind !== 'instant');
  const values = optional.map(({ name, kind }) => [
    name,
    kind === 'text' || kind === 'json' ? text : kind === 'ratio' ? one(undefined, 0.5, 1) : count,
  ]);
  const required = fields.filter((field) => field.required && field.kind === 'text');
  const texts = required.map(({ name }) => [name, fc.constant(true)]);
  return fc
    .record({
      key: one(...keys),
      ...(status === null ? {} : { [status]: statuses }),
      ...Object.fromEntries([...texts, ...values]),
    } as { readonly key: fc.Arbitrary<string> })
    .chain((record) => {
      const home = record.key.replace(`${collection.singular}-`, 't-');
      const of = one(home, home, home, home, home, home, ...Object.keys(SESSION_OF));
      return of.map((task) => asDraft({ ...record, [parent?.field ?? '']: task }));
    });
};

const batchOf = (of: CollectionName, record: fc.Arbitrary<Draft>) =>
  fc
    .tuple(fc.array(record, { minLength: 1, maxLength: 3 }), one('accepted', 'accepted', 'stored'))
    .map(
      ([records, ack]): Action => ({
        kind: 'write',
        of,
        records,
        ack: ack as 'accepted' | 'stored',
      }),
    );
const some = (kind: (Action & { readonly [rest: string]: unknown })['kind']) =>
  fc.constant({ kind } as Action);
const calls = fc.nat({ max: 6 });
/** Collections below tasks; there are some only in test/third-collection. */
const OTHERS = COLLECTIONS.filter(({ parent }) => parent?.collection === TASKS.name);
const of = one(...COLLECTIONS.map(({ name }) => name));

/** Requests of a client or a person to an instance. */
const request = weighted([
  [6, batchOf(SESSIONS.name, session)],
  [11, batchOf(TASKS.name, task)],
  ...OTHERS.map((other) => [8, batchOf(other.name, anyOther(other))] as const),
  ...OTHERS.flatMap(({ name, singular }) =>
    [1, 2, 3].map((number) => {
      const key = `${singular}-${number}`;
      return [1, fc.constant<Action>({ kind: 'read', of: name, key })] as const;
    }),
  ),
  [5, some('flush')],
  [3, one(...SESSION_KEYS).map((key): Action => ({ kind: 'delete', session: key }))],
  [2, one(...SESSION_KEYS).map((key): Action => ({ kind: 'retry', session: key }))],
  [1, some('clean-up')],
  [2, some('requeue')],
  [1, fc.nat({ max: 2 }).map((place): Action => ({ kind: 'drop', place }))],
  [2, one(...SESSION_KEYS).map((key): Action => ({ kind: 'read', of: SESSIONS.name, key }))],
  [
    3,
    one(...Object.keys(SESSION_OF)).map((key): Action => ({ kind: 'read', of: TASKS.name, key })),
  ],
  [2, of.map((which): Action => ({ kind: 'list', of: which }))],
  [2, one(...SESSION_KEYS).map((key): Action => ({ kind: 'restore', session: key }))],
  [1, some('incomplete')],
  [1, some('watch')],
  [1, some('upkeep')],
]);

/** Events that affect an instance. */
const fate = weighted([
  [4, one(0, 1, 250, 1000, 31_000).map((ms): Action => ({ kind: 'wait', milliseconds: ms }))],
  [
    2,
    one(-HOUR, -60_000, -1, 1, 60_000, HOUR).map(
      (ms): Action => ({ kind: 'set-clock', milliseconds: ms }),
    ),
  ],
  [1, some('store-away')],
  [3, some('store-back')],
  [
    3,
    fc
      .tuple(one<Fault>('refused', 'lost', 'lost', 'late', 'late'), calls)
      .map(([fault, after]): Action => ({ kind: 'fault', fault, calls: after })),
  ],
  [
    3,
    one(...SESSION_KEYS, ...Object.keys(SESSION_OF)).map(
      (key): Action => ({ kind: 'fails-on', key }),
    ),
  ],
  [2, some('late-calls-arrive')],
  [1, some('a-day-passes')],
  [1, some('stop')],
  [1, some('kill')],
  [
    2,
    fc
      .tuple(request, calls, one<'dies before' | 'dies after'>('dies before', 'dies after'))
      .map(([doing, after, when]): Action => ({ kind: 'kill-during', doing, calls: after, when })),
  ],
]);

const by = one<0 | 1>(0, 1);
const alone = (action: fc.Arbitrary<Action>) =>
  fc.record({ by, action }).map((step): Step => [step]);
const together = fc.array(fc.record({ by, action: request }), { minLength: 2, maxLength: 3 });

export const history: fc.Arbitrary<History> = fc.record({
  skew: one(0, 1, -1, 30_000, -HOUR, HOUR),
  jitter: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 7 }),
  survival: fc.array(fc.nat({ max: 5000 }), { minLength: 1, maxLength: 5 }),
  durability: fc.array(one<Durability>('journal', 'stored'), { minLength: 1, maxLength: 5 }),
  steps: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: alone(request) },
      { weight: 5, arbitrary: alone(fate) },
      { weight: 3, arbitrary: together },
    ),
    { minLength: 4, maxLength: 40, size: 'max' },
  ),
});
