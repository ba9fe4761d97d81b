import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';

const root = join(import.meta.dirname, '..', '..');
/** Places that describe how to call the service: documents, samples, and the code. */
const PLACES = ['config', 'deployment', 'docs', 'examples', 'monitoring', 'scripts', 'src'];
const WRITTEN = /\.(md|ya?ml|sample|service|sh|mjs|ts)$|Dockerfile$/;

const ofRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
const files = PLACES.flatMap((place) =>
  readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
    .filter((name) => WRITTEN.test(name))
    .map((name) => join(place, name)),
);
const texts = [...ofRoot, ...files].map(
  (name) => [name, readFileSync(join(root, name), 'utf8')] as const,
);

const unused = () => undefined;
const program = createProgram({
  cwd: root,
  env: {},
  fetch,
  flags: [],
  fail: unused,
  print: unused,
  warn: unused,
});
const namesOf = ({ commands }: Command) => commands.map((command) => command.name());

/**
 * No install puts `persistence-service` on the PATH, and npx asks the registry for missing
 * programs.
 */
const WRONG: readonly (readonly [string, RegExp])[] = [
  ['npx persistence-service', /\b(npx|npm (exec|x))\b[^\n`]*persistence-service/],
  [
    'persistence-service COMMAND',
    new RegExp(String.raw`(?<![\w./@-])persistence-service (${namesOf(program).join('|')})\b`),
  ],
  ['persistence-service as a program', /^ *(\$ |sudo )?persistence-service( |$)/m],
  ['npm run migrate, which needs sources that a release does not contain', /\bnpm run migrate\b/],
];

describe('the command line, wherever it is named', () => {
  it.each(WRONG)('is never called as %s', (_, wrong) => {
    const wrongly = texts.flatMap(([name, text]) => {
      const [found] = wrong.exec(text) ?? [];
      return found === undefined ? [] : [`${name}: ${found}`];
    });
    expect(wrongly).toEqual([]);
  });

  it('is called with existing commands', () => {
    const called = texts.flatMap(([name, text]) =>
      [...text.matchAll(/\bnode [^\n`]*?\bdist\/main\.js ([a-z]+)(?: ([a-z]+))?/g)].map(
        ([call, command = '', sub = '']) => ({ at: `${name}: ${call}`, command, sub }),
      ),
    );
    expect(called.length).toBeGreaterThan(20);
    const unknown = called.filter(({ command, sub }) => {
      const found = program.commands.find((each) => each.name() === command);
      if (found === undefined) return true;
      return found.commands.length > 0 && sub !== '' && !namesOf(found).includes(sub);
    });
    expect(unknown.map(({ at }) => at)).toEqual([]);
  });

  it('has the same name in its own help, at every level', () => {
    for (const command of [program, ...program.commands]) {
      expect(command.helpInformation()).toMatch(/^Usage: node dist\/main\.js /);
    }
  });

  it('is explained once, in the README', () => {
    const saying = texts.filter(([, text]) => text.includes('in the folder of the project, after'));
    expect(saying.map(([name]) => name)).toEqual(['README.md']);
  });
});
