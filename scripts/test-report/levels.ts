/** The part of vitest's JSON report that is used. */
export interface VitestReport {
  readonly testResults: readonly TestFile[];
}

export interface TestFile {
  /** Its path. */
  readonly name: string;
  readonly status: string;
  /** Why the file broke before its first test; empty when it did not. */
  readonly message?: string;
  /** Epoch milliseconds. */
  readonly startTime: number;
  readonly endTime: number;
  readonly assertionResults: readonly Test[];
}

export interface Test {
  readonly fullName: string;
  readonly status: string;
  /** Milliseconds; absent for a test that did not run. */
  readonly duration?: number | null;
  readonly failureMessages?: readonly string[] | null;
}

export interface Totals {
  readonly files: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Sum over the files; files that ran in parallel took less time. */
  readonly seconds: number;
}

const NONE: Totals = { files: 0, passed: 0, failed: 0, skipped: 0, seconds: 0 };
const LEVELS = ['unit', 'contracts', 'http', 'integration', 'faults', 'architecture'];

/** Totals by the folder under `test/`, in the order of the levels; unknown folders come last. */
export function totalsByLevel({ testResults }: VitestReport): ReadonlyMap<string, Totals> {
  const byLevel = new Map<string, Totals>(LEVELS.map((level) => [level, NONE]));
  for (const file of testResults) {
    const level = /(?:^|[/\\])test[/\\]([^/\\]+)[/\\]/.exec(file.name)?.[1] ?? 'elsewhere';
    byLevel.set(level, sum([byLevel.get(level) ?? NONE, totalsOf(file)]));
  }
  return byLevel;
}

export function sum(totals: Iterable<Totals>): Totals {
  return [...totals].reduce(
    (all, one) => ({
      files: all.files + one.files,
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
      seconds: all.seconds + one.seconds,
    }),
    NONE,
  );
}

export function skippedTests({ testResults }: VitestReport): string[] {
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => outcomeOf(status) === 'skipped')
      .map(({ fullName }) => fullName),
  );
}

export function totalsOf(file: TestFile): Totals {
  const count = (outcome: string) =>
    file.assertionResults.filter(({ status }) => outcomeOf(status) === outcome).length;
  return {
    files: 1,
    passed: count('passed'),
    failed: count('failed') + (brokeEarly(file) ? 1 : 0),
    skipped: count('skipped'),
    seconds: Math.max(0, file.endTime - file.startTime) / 1000,
  };
}

/** As in scripts/ci-totals.mjs: a file that failed before its first test is one failure. */
export function brokeEarly({ status, assertionResults }: TestFile): boolean {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

export function outcomeOf(status: string): 'passed' | 'failed' | 'skipped' {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}
