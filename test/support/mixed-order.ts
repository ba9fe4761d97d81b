import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take twenty seconds or more: begun last, one of them would run alone at the end. */
const SLOW = [
  'browser/access-and-outage',
  'browser/large',
  'browser/views',
  'browser/work',
  'cluster/group-replication',
  'contracts/mysql',
  'contracts/sqlite',
  'faults/hostile-requests',
  'faults/kill',
  'faults/mysql-trouble',
  'faults/orphans',
  'integration/deployment/building',
  'integration/deployment/docker',
  'integration/deployment/start-and-stop',
  'integration/mysql/mysql-copy',
  'integration/mysql/mysql-copy-command',
  'integration/mysql/mysql-startup',
  'integration/process/stalled-clients',
  'integration/staged-outage',
  'integration/unknown-clients',
  'third-collection/stores',
];

/** One after the other: they share the cluster, and each breaks it. */
const CLUSTER = /\/test\/cluster\//;

/** The part of the run within which the files of a kind begin: what is long, early. */
const KINDS: readonly { readonly of: RegExp; readonly until: number }[] = [
  { of: new RegExp(`/test/(${SLOW.join('|')})\\.test\\.ts$`), until: 0.6 },
  { of: CLUSTER, until: 0.7 },
  // They wait for servers and processes, half of the time or more.
  { of: /\/test\/(browser|faults|integration|third-collection)\/|\/contracts\/mysql/, until: 1 },
  // They compute.
  { of: /./, until: 1 },
];

/** A worker keeps its modules while the next file is of the same project. */
const TURNS = 2;

/**
 * Spreads each kind of file over the run, in a few turns, so that the processors are never idle; a
 * turn takes one project after the other, so that its files share their modules.
 */
export class MixedOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const kinds = KINDS.map(() => [] as TestSpecification[]);
    for (const file of await super.sort(files))
      kinds[KINDS.findIndex(({ of }) => of.test(file.moduleId))]?.push(file);
    const spread = kinds
      .flatMap((kind, index) => {
        const { until = 1 } = KINDS[index] ?? {};
        return kind.map((file, at) => ({ file, begins: (until * at) / kind.length }));
      })
      .sort((one, other) => one.begins - other.begins)
      .map(({ file }) => file);
    const length = Math.ceil(spread.length / TURNS);
    return Array.from({ length: TURNS }, (_, turn) =>
      byProject(spread.slice(turn * length, (turn + 1) * length)),
    ).flat();
  }
}

/** In the order of the projects; files of the cluster stay where they are. */
function byProject(files: readonly TestSpecification[]): TestSpecification[] {
  const others = files
    .filter(({ moduleId }) => !CLUSTER.test(moduleId))
    .sort((one, other) => other.project.name.localeCompare(one.project.name));
  return files.flatMap((file) => (CLUSTER.test(file.moduleId) ? file : (others.shift() ?? [])));
}
