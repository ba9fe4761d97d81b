import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { brokeEarly, outcomeOf, type TestFile, type VitestReport } from './levels.js';

export interface Failure {
  /** Of the test; `(the file)` if it failed before its first test, such as in a hook. */
  readonly name: string;
  /** Its path, from the folder of the project. */
  readonly file: string;
  /** What was expected and found, and where; as vitest says it, without colors. */
  readonly message: string;
}

/** Tests that failed, and files that failed before their first test. `root`: of the project. */
export function failuresOf({ testResults }: VitestReport, root: string): readonly Failure[] {
  return testResults.flatMap((file) => {
    const early = brokeEarly(file) ? [{ name: '(the file)', message: file.message ?? '' }] : [];
    return [...early, ...failedTests(file)].map(({ name, message }) => ({
      name,
      file: nameOf(file, root),
      message: stripVTControlCharacters(message).replaceAll(`${root}/`, ''),
    }));
  });
}

function failedTests({ assertionResults }: TestFile) {
  return assertionResults
    .filter(({ status }) => outcomeOf(status) === 'failed')
    .map(({ fullName, failureMessages }) => ({
      name: fullName,
      message: (failureMessages ?? []).join('\n\n'),
    }));
}

/** The path of a test file, from the folder of the project. */
export function nameOf({ name }: TestFile, root: string): string {
  return relative(root, name);
}
