import { type ApiDocument, type Route, routesOf } from './document.js';
import { type Manner, methodsOf } from './operations.js';
import { typedDicts } from './records.js';
import { pascalCase } from './text.js';

/** The schemas of what is stored; the others are answers. */
const RECORDS: readonly string[] = [
  'SessionInput',
  'Session',
  'ListedSession',
  'TaskInput',
  'Task',
];
const MADE_FROM = 'Generated from docs/openapi.json by `npm run python:generate`; do not edit.';

const REPORTS: readonly string[] = [
  'Statistics',
  'SessionProgress',
  'Failures',
  'Health',
  'Liveness',
  'Readiness',
];

/** Every generated file: its path below `generated`, and its text. */
export function generatedFiles(document: ApiDocument): ReadonlyMap<string, string> {
  const files = new Map([
    ['__init__.py', `"""${MADE_FROM}"""\n`],
    ['records.py', recordsFile(document)],
    ['answers.py', answersFile(document, 'The answers of the service.', answerNames(document))],
    ['reports.py', answersFile(document, 'What the service tells of itself.', REPORTS)],
  ]);
  const manners: readonly Manner[] = ['blocking', 'asynchronous'];
  for (const manner of manners) {
    files.set(`${manner}/__init__.py`, `"""${MADE_FROM}"""\n`);
    for (const [tag, routes] of byTag(document)) {
      files.set(`${manner}/${tag}.py`, operationsFile(document, tag, routes, manner));
    }
  }
  return files;
}

function recordsFile(document: ApiDocument): string {
  const sendable = ['Session', 'Task'].map(
    (name) =>
      `Sendable${name} = Union[${name}Input, ${name}, Mapping[str, object]]\n` +
      `"""A ${name.toLowerCase()} to send; one that was read can be sent back."""`,
  );
  const classes = typedDicts(document, RECORDS);
  return file(document, 'The records of the service.', [...classes, sendable.join('\n\n')]);
}

function answersFile(document: ApiDocument, about: string, names: readonly string[]): string {
  return file(document, about, typedDicts(document, names));
}

function answerNames(document: ApiDocument): readonly string[] {
  return Object.keys(document.components.schemas).filter(
    (name) => ![...RECORDS, ...REPORTS].includes(name) && !/(InputBatch|Request)$/.test(name),
  );
}

function byTag(document: ApiDocument): ReadonlyMap<string, readonly Route[]> {
  const groups = new Map<string, Route[]>();
  for (const route of routesOf(document)) {
    const { operationId, tags } = route.operation;
    // The lists have many arguments: they are a file of their own.
    const isList = tags[0] === 'reading' && operationId.startsWith('list');
    const group = isList ? 'listing' : (tags[0] ?? 'other');
    groups.set(group, [...(groups.get(group) ?? []), route]);
  }
  return groups;
}

function operationsFile(
  document: ApiDocument,
  tag: string,
  routes: readonly Route[],
  manner: Manner,
): string {
  const prefix = manner === 'asynchronous' ? 'Async' : '';
  const name = `${prefix}${pascalCase(tag)}`;
  const body = [
    `    """The operations of the API for ${tag}."""`,
    ...routes.flatMap((route) => methodsOf(document, route, manner)),
  ].join('\n\n');
  return file(document, `Operations: ${tag}.`, [`class ${name}(${prefix}Calls):\n${body}`]);
}

/** A module; it imports what its code uses. */
function file(document: ApiDocument, about: string, parts: readonly string[]): string {
  const text = parts.join('\n\n\n');
  const code = text.replace(/"""[\s\S]*?"""/g, '');
  const isImported = (word: string) =>
    new RegExp(`\\b${word}\\b`).test(code) &&
    !new RegExp(`^(class ${word}\\b|${word} =)`, 'm').test(code);
  const blocks = [STANDARD, ownModules(document)].map((modules) =>
    modules
      .map(([module, words]) => importText(module, words.filter(isImported)))
      .filter((line) => line !== ''),
  );
  return `${[
    `"""${about}\n\n${MADE_FROM}\n"""`,
    'from __future__ import annotations',
    ...blocks.filter((block) => block.length > 0).map((block) => block.join('\n')),
  ].join('\n\n')}\n\n\n${text}\n`;
}

type Module = readonly [name: string, words: readonly string[]];

const STANDARD: readonly Module[] = [
  ['datetime', ['date', 'datetime']],
  [
    'typing',
    'Any AsyncIterator Dict Iterable Iterator List Literal Mapping Optional Sequence TypedDict Union'.split(
      ' ',
    ),
  ],
];

function ownModules(document: ApiDocument): readonly Module[] {
  return [
    ['persistence_client.calls.asynchronous', ['AsyncCalls']],
    ['persistence_client.calls.blocking', ['Calls']],
    ['persistence_client.calls.encoding', ['segment']],
    ['persistence_client.calls.exporting', ['ExportedFile', 'Target']],
    ['persistence_client.generated.answers', answerNames(document)],
    ['persistence_client.generated.reports', REPORTS],
    ['persistence_client.generated.records', [...RECORDS, 'SendableSession', 'SendableTask']],
  ];
}

function importText(module: string, words: readonly string[]): string {
  if (words.length === 0) return '';
  const line = `from ${module} import ${words.join(', ')}`;
  if (line.length <= 100) return line;
  return `from ${module} import (\n${words.map((word) => `    ${word},\n`).join('')})`;
}
