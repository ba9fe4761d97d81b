import { aSession, aTask } from './http-app.js';

const fill = (bytes: number, piece: string) =>
  piece.repeat(Math.max(1, Math.floor(bytes / piece.length)));
const list = (bytes: number, element: string) => `[${fill(bytes, `${element},`)}${element}]`;
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const session = (fields: string) =>
  `{"sessions":[${JSON.stringify(aSession('s-1')).slice(0, -1)},${fields}}]}`;
const task = (fields: string) =>
  `{"tasks":[${JSON.stringify(aTask('t-1')).slice(0, -1)},${fields}}]}`;
const names = (bytes: number) =>
  Array.from({ length: Math.max(1, Math.floor(bytes / 12)) }, (_, index) => `"n${index}":1`).join();

/** Bodies of approximately this many bytes: deep, wide, many, long, escaped, repeated. */
export const SHAPES: Readonly<Record<string, (bytes: number) => string>> = {
  'lists in one another': (bytes) => nested(Math.floor(bytes / 2)),
  'many lists in a JSON field': (bytes) => session(`"metadata":{"a":${list(bytes, nested(61))}}`),
  'many objects in a JSON field': (bytes) => session(`"metadata":{"a":${list(bytes, '{}')}}`),
  'many numbers in a JSON field': (bytes) => session(`"metadata":{"a":${list(bytes, '1')}}`),
  'many names in a JSON field': (bytes) => session(`"metadata":{${names(bytes)}}`),
  'a JSON field of escapes': (bytes) => session(`"metadata":{"a":"${fill(bytes, '\\u0001')}"}`),
  'a JSON field of white space': (bytes) => session(`"metadata":{${fill(bytes, ' ')}}`),
  'a text of escapes': (bytes) => task(`"target_text":"${fill(bytes, '\\u0001')}"`),
  'a text of quotes': (bytes) => task(`"target_text":"${fill(bytes, '\\"')}"`),
  'a long text': (bytes) => task(`"target_text":"${fill(bytes, '漢')}"`),
  'a long id': (bytes) => `{"tasks":[{"task_id":"${fill(bytes, 'x')}"}]}`,
  'a long name': (bytes) => `{"tasks":[{"${fill(bytes, 'x')}":1}]}`,
  'many names in a record': (bytes) => `{"tasks":[{${names(bytes)}}]}`,
  'one name again and again': (bytes) => `{"tasks":[{${fill(bytes, '"a":{},')}"a":1}]}`,
  'many lists of one name': (bytes) => `{${fill(bytes, '"tasks":[{}],')}"tasks":[]}`,
  'many empty records': (bytes) => `{"tasks":${list(bytes, '{}')}}`,
  'many numbers instead of records': (bytes) => `{"tasks":${list(bytes, '1')}}`,
  'records of lists': (bytes) => `{"tasks":${list(bytes, list(40_000, '[]'))}}`,
  'many good records': (bytes) => `{"tasks":${list(bytes, JSON.stringify(aTask('t')))}}`,
  'names outside the list': (bytes) => `{${names(bytes)}}`,
  'a long text outside': (bytes) => `{"tasks":[],"x":"${fill(bytes, 'x')}"}`,
  newlines: (bytes) => fill(bytes, '\n'),
  quotes: (bytes) => fill(bytes, '"'),
  backslashes: (bytes) => `{"tasks":[{"a":"${fill(bytes, '\\')}`,
  'a list that does not end': (bytes) => `{"tasks":[${fill(bytes, '{},')}`,
  'a number of many digits': (bytes) => `{"tasks":[${fill(bytes, '9')}]}`,
};
