import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute or more: begun last, one of them would run alone at the end. */
const SLOW = [
  'third-collection/stores',
  'contracts/sqlite',
  'architecture/openapi',
  'faults/kill',
  'integration/mysql/mysql-copy',
  'faults/orphans',
  'browser/work',
  'browser/large',
  'browser/views',
  'integration/mysql/mysql-startup',
  'integration/deployment/building',
  'integration/deployment/deploy',
  'faults/mysql-trouble',
  'faults/hostile-requests',
  'integration/unknown-clients',
  'browser/access-and-outage',
  'integration/deployment/docker',
];

/** Starts the slow files first; the others in the order of vitest, which knows their times but in CI. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) =>
      SLOW.some((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
