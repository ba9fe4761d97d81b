import {
  type ApiDocument,
  type Operation,
  type Parameter,
  type Route,
  refName,
  type Schema,
  schemaNamed,
} from './document.js';
import type { Argument } from './operations.js';
import { pythonType } from './types.js';

const SEVERAL = /separated by commas/;
const TIME = /(_date|_from|_to)$/;

/** The id in a path, named after what it identifies. */
export function pathArgument({ path }: Pick<Route, 'path'> & Partial<Route>): readonly Argument[] {
  const before = /\/([a-z]+)\/\{id\}/.exec(path)?.[1];
  if (before === undefined) return [];
  const name = { tasks: 'task_id', quarantine: 'record_id' }[before] ?? 'session_id';
  return [{ name, type: 'str' }];
}

/** The parameters of the query; those that are left out (None) are not sent. */
export function parameterArguments({ parameters = [] }: Operation): readonly Argument[] {
  return parameters
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => ({
      name: parameter.name,
      type: `Optional[${parameterType(parameter)}]`,
      defaultValue: 'None',
      description: parameter.description,
    }));
}

function parameterType({ name, schema, description = '' }: Parameter): string {
  if (SEVERAL.test(description)) return 'Union[str, Sequence[str]]';
  if (schema.type === 'string' && TIME.test(name)) return 'Union[str, date]';
  return pythonType(schema, noObject);
}

export interface BodyArguments {
  readonly positional: readonly Argument[];
  readonly named: readonly Argument[];
  /** The members of the body; each is the argument of that name. */
  readonly members: readonly string[];
}

/** A batch is one argument; of any other body every member is an argument. */
export function bodyArguments(document: ApiDocument, operation: Operation): BodyArguments {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema === undefined) return { positional: [], named: [], members: [] };
  const name = refName(schema);
  if (name === null) throw new Error(`${operation.operationId} has a body without a name`);
  const { properties = {}, required = [] } = schemaNamed(document, name);
  const members = Object.entries(properties);
  return {
    positional: members.filter(([member]) => required.includes(member)).map(batch),
    named: members.filter(([member]) => !required.includes(member)).map(optionalMember),
    members: members.map(([member]) => member),
  };
}

function batch([name, schema]: readonly [string, Schema]): Argument {
  const record = refName(schema.items ?? {});
  if (record === null) throw new Error(`the records of ${name} have no name`);
  const type = `Iterable[Sendable${record.replace(/Input$/, '')}]`;
  return { name, type, description: schema.description };
}

function optionalMember([name, schema]: readonly [string, Schema]): Argument {
  const type = pythonType(schema, noObject).replace(/^List\[/, 'Sequence[');
  return {
    name,
    type: `Optional[${type}]`,
    defaultValue: 'None',
    description: schema.description,
  };
}

function noObject(): never {
  throw new Error('a parameter is no object');
}
