import { type ApiDocument, type Operation, type Route, refName, schemaNamed } from './document.js';
import { bodyArguments, parameterArguments, pathArgument } from './parameters.js';
import { dictText, docstring, sentence, snakeCase, wrap } from './text.js';
import { pythonType } from './types.js';

/** Whether the methods wait for the answer, or are coroutines. */
export type Manner = 'blocking' | 'asynchronous';

/** An argument of a method. */
export interface Argument {
  readonly name: string;
  readonly type: string;
  /** Absent: the caller has to give it. */
  readonly defaultValue?: string;
  readonly description?: string | undefined;
}

const BODY = '        ';
/**
 * They may take minutes, and their answer counts what they changed. A second run beside the first
 * would count what the first one left, so they are not repeated when their answer is lost.
 */
const ONCE = ['deleteSession', 'cleanUpSessions', 'retrySession', 'requeueQuarantine'];

/** The method of a route, and for a list that has pages also the iterator over its records. */
export function methodsOf(document: ApiDocument, route: Route, manner: Manner): readonly string[] {
  const method = methodOf(document, route, manner);
  return pagingOf(route.operation) === null
    ? [method]
    : [method, iteratorOf(document, route, manner)];
}

function methodOf(document: ApiDocument, route: Route, manner: Manner): string {
  const { operation } = route;
  const answer = answerOf(operation);
  const body = bodyArguments(document, operation);
  const positional = [...pathArgument(route), ...answer.positional, ...body.positional];
  const named = [...parameterArguments(operation), ...body.named];
  const isAsync = manner === 'asynchronous';
  const call = [
    `"${route.method}"`,
    pathText(route),
    ...queryText(parameterArguments(operation)),
    ...(body.members.length === 0 ? [] : [dictText('body', body.members)]),
    ...answer.call,
    ...(ONCE.includes(operation.operationId) ? ['once=True'] : []),
  ];
  return [
    head(snakeCase(operation.operationId), positional, named, answer.type, isAsync),
    about(operation, [...positional, ...named]),
    `${BODY}answer: ${answer.type} = ${isAsync ? 'await ' : ''}self.${answer.through}(`,
    ...call.map((part) => `${BODY}    ${part},`),
    `${BODY})`,
    `${BODY}return answer`,
  ].join('\n');
}

function iteratorOf(document: ApiDocument, route: Route, manner: Manner): string {
  const { operation } = route;
  const listing = snakeCase(operation.operationId);
  const positional = pathArgument(route);
  const named = parameterArguments(operation)
    .filter(({ name }) => name !== 'page' && name !== 'cursor')
    .map((argument) =>
      argument.name === 'page_size' ? { ...argument, type: 'int', defaultValue: '100' } : argument,
    );
  const item = itemClass(document, operation);
  const type = manner === 'asynchronous' ? `AsyncIterator[${item}]` : `Iterator[${item}]`;
  const summary = `Every record of \`${listing}\`, page by page. The arguments are the same.`;
  return [
    head(listing.replace(/^list_/, 'iter_'), positional, named, type, false),
    docstring([wrap(summary, BODY)], BODY),
    `${BODY}return self._iterate(`,
    `${BODY}    ${pathText(route)},`,
    ...queryText(named).map((part) => `${BODY}    ${part},`),
    `${BODY}    by="${pagingOf(operation)}",`,
    `${BODY})`,
  ].join('\n');
}

function head(
  name: string,
  positional: readonly Argument[],
  named: readonly Argument[],
  type: string,
  isAsync: boolean,
): string {
  const parts = [
    'self',
    ...positional.map(argumentText),
    ...(named.length > 0 ? ['*'] : []),
    ...named.map(argumentText),
  ];
  const start = `    ${isAsync ? 'async ' : ''}def ${name}(`;
  const line = `${start}${parts.join(', ')}) -> ${type}:`;
  if (line.length <= 100) return line;
  return `${start}\n${parts.map((part) => `${BODY}${part},\n`).join('')}    ) -> ${type}:`;
}

function argumentText({ name, type, defaultValue }: Argument): string {
  return defaultValue === undefined ? `${name}: ${type}` : `${name}: ${type} = ${defaultValue}`;
}

function about(operation: Operation, parameters: readonly Argument[]): string {
  const explained = parameters.filter(({ description }) => description !== undefined);
  const list = explained.map(({ name, description }) =>
    wrap(`${name}: ${sentence(description ?? '')}`, `${BODY}    `, `${BODY}        `),
  );
  return docstring(
    [
      wrap(sentence(operation.summary), BODY),
      ...(operation.description === undefined ? [] : [wrap(operation.description, BODY)]),
      ...(list.length === 0 ? [] : [`${BODY}Args:\n${list.join('\n')}`]),
    ],
    BODY,
  );
}

function pathText({ path, operation }: Route): string {
  const [argument] = pathArgument({ path, operation });
  if (argument === undefined) return JSON.stringify(path);
  return `f${JSON.stringify(path.replace('{id}', `{segment(${argument.name})}`))}`;
}

function queryText(named: readonly Argument[]): readonly string[] {
  return named.length === 0
    ? []
    : [
        dictText(
          'query',
          named.map(({ name }) => name),
        ),
      ];
}

interface Answer {
  readonly type: string;
  /** The method that sends the request. */
  readonly through: string;
  readonly positional: readonly Argument[];
  readonly call: readonly string[];
}

function answerOf({ operationId, responses }: Operation): Answer {
  const content = responses['200']?.content ?? {};
  const [[mediaType, { schema = {} }] = ['', {}]] = Object.entries(content);
  if (mediaType === 'application/json') {
    const isAlso503 = responses['503']?.content?.['application/json'] !== undefined;
    const type = pythonType(schema, () => unnamed(operationId));
    return {
      type,
      through: '_call',
      positional: [],
      call: isAlso503 ? ['answers=(200, 503)'] : [],
    };
  }
  if (mediaType.startsWith('text/') && Object.keys(content).length === 1) {
    return { type: 'str', through: '_text', positional: [], call: [kindsText(content)] };
  }
  const description = 'A path, or a binary file. It gets the whole file or nothing.';
  const to = { name: 'to', type: 'Target', description };
  const call = ['to=to', kindsText(content)];
  return { type: 'ExportedFile', through: '_download', positional: [to], call };
}

/** The media types of an answer, as a tuple of Python. */
function kindsText(content: object): string {
  const kinds = Object.keys(content).map((kind) => JSON.stringify(kind));
  return kinds.length === 1
    ? `kinds=(${kinds.join('')},)`
    : `kinds=(\n${kinds.map((kind) => `${BODY}        ${kind},\n`).join('')}${BODY}    )`;
}

function unnamed(operationId: string): never {
  throw new Error(`${operationId} has an answer without a name`);
}

/** How the pages of a list are asked for; null if it has none. */
function pagingOf({ parameters = [] }: Operation): 'cursor' | 'page' | null {
  const names = parameters.map(({ name }) => name);
  if (names.includes('cursor')) return 'cursor';
  return names.includes('page') ? 'page' : null;
}

/** The class of the records of a list. */
function itemClass(document: ApiDocument, operation: Operation): string {
  const schema = operation.responses['200']?.content?.['application/json']?.schema ?? {};
  const page = schemaNamed(document, refName(schema) ?? unnamed(operation.operationId));
  return refName(page.properties?.items?.items ?? {}) ?? unnamed(operation.operationId);
}
