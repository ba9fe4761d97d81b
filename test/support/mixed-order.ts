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

/** The part of the run within which the files of a kind begin: what is long, early. */
const KINDS: readonly { readonly of: RegExp; readonly until: number }[] = [
  { of: new RegExp(`/test/(${SLOW.join('|')})\\.test\\.ts$`), until: 0.6 },
  // One after the other: they share the cluster, and each breaks it.
  { of: /\/test\/cluster\//, until: 0.7 },
  // They wait for servers and processes, half of the time or more.
  { of: /\/test\/(browser|faults|integration|third-collection)\/|\/contracts\/mysql/, until: 1 },
  // They compute.
  { of: /./, until: 1 },
];

/** Files of the last kind that follow one another: a worker keeps its modules for the same project. */
const RUN = 24;

/** Mixes files that wait with files that compute, so that the processors are never idle. */
export class MixedOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const kinds = KINDS.map(() => [] as TestSpecification[]);
    for (const file of await super.sort(files))
      kinds[KINDS.findIndex(({ of }) => of.test(file.moduleId))]?.push(file);
    return kinds
      .flatMap((kind, index) => {
        const { until = 1 } = KINDS[index] ?? {};
        const run = index === KINDS.length - 1 ? RUN : 1;
        return kind.map((file, at) => ({
          file,
          begins: (until * (at - (at % run))) / kind.length,
        }));
      })
      .sort((one, other) => one.begins - other.begins)
      .map(({ file }) => file);
  }
}
