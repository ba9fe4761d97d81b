import type { ApiDocument, Schema } from './document.js';
import { schemaNamed } from './document.js';
import { docstring, pascalCase, sentence, wrap } from './text.js';
import { pythonType } from './types.js';

const INDENT = '    ';
/** The members of a record that is sent; a caller may give them as an aware datetime. */
const SENT_TIME = /^(start|end)_time$/;

/** The classes of these schemas, with those of the objects inside them, each as text. */
export function typedDicts(document: ApiDocument, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => typedDict(name, schemaNamed(document, name)));
}

function typedDict(name: string, schema: Schema): readonly string[] {
  const inner: string[] = [];
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties ?? {}).map(([member, value]) => ({
    isRequired: required.has(member),
    text: memberText(name, member, value, inner),
  }));
  const textOf = (isRequired: boolean) =>
    members.filter((member) => member.isRequired === isRequired).map(({ text }) => text);
  return [...inner, ...classes(name, schema, textOf(true), textOf(false))];
}

/** Python 3.9 has no NotRequired: the members that may be absent are in a class of their own. */
function classes(
  name: string,
  schema: Schema,
  required: readonly string[],
  optional: readonly string[],
): readonly string[] {
  const about = docstring([wrap(sentence(schema.description ?? purposeOf(name)), INDENT)], INDENT);
  const body = (members: readonly string[], start: readonly string[]) =>
    [...start, ...members].join('\n\n');
  if (optional.length === 0) return [`class ${name}(TypedDict):\n${body(required, [about])}`];
  if (required.length === 0) {
    return [`class ${name}(TypedDict, total=False):\n${body(optional, [about])}`];
  }
  const base = `${name}Required`;
  const aboutBase = docstring([`${INDENT}The members that a ${name} always has.`], INDENT);
  return [
    `class ${base}(TypedDict):\n${body(required, [aboutBase])}`,
    `class ${name}(${base}, total=False):\n${body(optional, [about])}`,
  ];
}

function memberText(owner: string, member: string, schema: Schema, inner: string[]): string {
  const type = pythonType(schema, (object) => {
    const name = `${owner}${pascalCase(member)}`;
    inner.push(...typedDict(name, object));
    return name;
  });
  const isSentTime = owner.endsWith('Input') && SENT_TIME.test(member);
  const line = `${INDENT}${member}: ${isSentTime ? 'Union[str, datetime, None]' : type}`;
  if (schema.description === undefined) return line;
  return `${line}\n${docstring([wrap(schema.description, INDENT)], INDENT)}`;
}

function purposeOf(name: string): string {
  if (name.endsWith('Input')) return `A ${name.slice(0, -5).toLowerCase()} as it is sent`;
  return `\`${name}\` of the API`;
}
