import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithPrograms } from '../../support/deployment/debian-programs.js';
import { copyOfProject } from '../../support/deployment/project-copy.js';
import { type Commands, commandsIn } from '../../support/documents/markdown.js';
import {
  type Asked,
  askedBetween,
  operationsOf,
  readAsked,
} from '../../support/documents/request-counts.js';
import { type Outcome, runCommands } from '../../support/documents/run-commands.js';
import { answersIn, differences } from '../../support/documents/same-answer.js';
import { anApiKey } from '../../support/http/api-keys.js';
import { ServiceProcess } from '../../support/processes/service-process.js';

/** The address in the documents; the service of a test has its own port. */
const WRITTEN_ADDRESS = '127.0.0.1:8001';
const { key, token } = anApiKey('reader-of-the-guide', 'admin');

/** Each document is run from top to bottom, on an empty service, with this environment. */
const DOCUMENTS = [
  { document: 'README.md', keys: [], environment: {} },
  { document: 'docs/api.md', keys: [key], environment: { PERSISTENCE_API_KEY: token } },
];

describeWithPrograms('the commands of', ['bash', 'curl', 'jq'], () => {
  describe.each(DOCUMENTS)('$document', ({ document, keys, environment }) => {
    const commands = commandsIn(document).filter(({ notRun }) => notRun === null);
    let project: ReturnType<typeof copyOfProject>;
    let service: ServiceProcess;
    let outcomes: readonly Outcome[];
    let asked: readonly Asked[];

    const here = (text: string) => text.replaceAll(WRITTEN_ADDRESS, new URL(service.url).host);

    beforeAll(async () => {
      project = copyOfProject();
      const { folder } = project;
      service = await ServiceProcess.start({
        cwd: folder,
        env: keys.length === 0 ? {} : { AUTH_API_KEYS: JSON.stringify(keys) },
      });
      const before = await readAsked(service.url);
      outcomes = await runCommands(
        commands.map(({ text }) => here(text)),
        {
          cwd: folder,
          env: {
            PATH: process.env.PATH ?? '',
            HOME: folder,
            SERVICE_PORT: new URL(service.url).port,
            ...environment,
          },
        },
      );
      asked = askedBetween(before, await readAsked(service.url));
    });
    afterAll(async () => {
      await service?.kill();
      project.remove();
    });

    it.each(commands.map((each, index) => ({ ...each, index })))(
      'work, and answer as shown, at line $line',
      ({ index, answer }) => {
        const { succeeded, output, errors } = outcomes[index] as Outcome;
        expect(succeeded, errors || output).toBe(true);
        if (answer?.language === 'text') expect(output.trim()).toBe(here(answer.text).trim());
        if (answer?.language === 'json') {
          expect(differences(answersIn(answer.text), answersIn(output))).toEqual([]);
        }
      },
    );

    it('get a refusal where one is shown, and nowhere else', () => {
      const refused = asked.filter(({ status }) => status >= 400);
      expect(refused.flatMap(({ status, times }) => Array(times).fill(status)).sort()).toEqual(
        commands.flatMap(refusalsShown).sort(),
      );
    });

    if (document !== 'docs/api.md') return;
    it('use every operation of the API', async () => {
      const operations = await operationsOf(service.url, token);
      expect(operations.length).toBeGreaterThan(20);
      const used = asked.filter(({ status }) => status < 400).map(({ operation }) => operation);
      expect(operations.filter((operation) => !used.includes(operation))).toEqual([]);
    });
  });
});

/**
 * The statuses of the problems in a shown answer; the example program first looks for its session,
 * and gets 404.
 */
function refusalsShown({ text, answer }: Commands): readonly number[] {
  if (text.includes('examples/node/translate.mjs')) return [404];
  if (answer?.language !== 'json') return [];
  return answersIn(answer.text).flatMap((shown) => {
    const { status } = shown as { status?: unknown };
    return typeof status === 'number' ? [status] : [];
  });
}

describe('the blocks of commands that are not run', () => {
  it('are these, each with its reason', () => {
    const skipped = DOCUMENTS.flatMap(({ document }) =>
      commandsIn(document).flatMap(({ text, notRun }) =>
        notRun === null ? [] : [[document, text.split('\n')[0]?.split(/ {2,}/)[0], notRun]],
      ),
    );
    expect(skipped).toEqual([
      ['README.md', 'npm ci && npm start', 'starts the service and runs the tests'],
      ['README.md', 'STORAGE_BACKEND=mysql \\', 'starts the service, on a server that is yours'],
    ]);
  });
});
