import type { Collection } from '../../domain/collection.js';
import { causeIn } from '../../domain/failure-cause.js';
import { belongingTo, DEFAULT_SORT, failed } from '../../domain/query.js';
import type { RecordFields } from '../../domain/write.js';
import { type WalkDependencies, walk } from './walk.js';

/** Failed records that are looked at: the newest. */
const MOST = 10_000;
const SAMPLES = 5;

/** Failed records with one cause (domain/failure-cause.ts). */
export interface FailureGroup {
  readonly cause: string;
  readonly count: number;
  /** The records that they belong to, those of the newest failures first. */
  readonly parents: readonly string[];
  /** Epoch milliseconds of the oldest and the newest of them. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Keys of the newest of them. */
  readonly samples: readonly string[];
}

export interface Failures {
  /** Number of failed records. */
  readonly total: number;
  /** Whether some of them are in no group. */
  readonly truncated: boolean;
  /** The largest first. */
  readonly groups: readonly FailureGroup[];
}

interface Group {
  count: number;
  readonly parents: Set<string>;
  firstSeen: number;
  lastSeen: number;
  readonly samples: string[];
}

/** Groups failed records by the cause of their failure. */
export class ReadFailures {
  constructor(private readonly dependencies: WalkDependencies) {}

  /**
   * Those that are stored; with `parentKey`, only those of one record. Returns at most `limit`
   * groups.
   */
  async read(
    collection: Collection,
    { parentKey, limit }: { readonly parentKey: string | null; readonly limit: number },
  ): Promise<Failures> {
    const { registry } = this.dependencies;
    const { parent } = collection;
    const ofParent =
      parent === null || parentKey === null ? [] : [belongingTo(parent.field, parentKey)];
    const conditions = [...ofParent, failed(collection)];
    const groups = new Map<string, Group>();
    let seen = 0;
    const newest = walk(this.dependencies, collection, {
      conditions,
      sort: DEFAULT_SORT,
      most: MOST,
    });
    for await (const records of newest) {
      for (const record of records) add(groups, collection, record);
      seen += records.length;
    }
    const counted = await registry.backendOf(collection.name).count(collection, conditions);
    const total = seen < MOST ? seen : Math.max(counted, seen);
    const shown = [...groups].sort(largestFirst).slice(0, limit);
    return {
      total,
      truncated: shown.reduce((sum, [, { count }]) => sum + count, 0) < total,
      groups: shown.map(([cause, { parents, ...group }]) => ({
        cause,
        ...group,
        parents: [...parents],
      })),
    };
  }
}

function add(groups: Map<string, Group>, collection: Collection, record: RecordFields): void {
  const cause = causeIn(collection, record);
  const at = Number(record.updated_at);
  const known = groups.get(cause);
  const group = known ?? { count: 0, parents: new Set(), firstSeen: at, lastSeen: at, samples: [] };
  if (known === undefined) groups.set(cause, group);
  group.count += 1;
  group.firstSeen = Math.min(group.firstSeen, at);
  group.lastSeen = Math.max(group.lastSeen, at);
  if (collection.parent !== null) group.parents.add(String(record[collection.parent.field]));
  if (group.samples.length < SAMPLES) group.samples.push(String(record[collection.key]));
}

function largestFirst([a, one]: [string, Group], [b, other]: [string, Group]): number {
  if (one.count !== other.count) return other.count - one.count;
  if (one.lastSeen !== other.lastSeen) return other.lastSeen - one.lastSeen;
  return a < b ? -1 : 1;
}
