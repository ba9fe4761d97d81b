import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument, type YAMLError } from 'yaml';
import { type Found, type Reading, SECTIONS } from './found.js';
import { nearest } from './nearest.js';

const DEFAULT_FILE = 'config/config.yaml';

/** An explicitly named file and the source of its name: `--config` or `CONFIG_FILE`. */
export interface NamedFile {
  readonly name: string;
  readonly by: string;
}

/** Reads `config/config.yaml`, or the named file, which must exist. */
export function readFile(cwd: string, named: NamedFile | null): Reading {
  const name = named?.name ?? DEFAULT_FILE;
  let content: string;
  try {
    content = readFileSync(resolve(cwd, name), 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && named === null) return { found: [], problems: [] };
    const why = missing ? 'does not exist' : `cannot be read: ${String(error)}`;
    return {
      found: [],
      problems: [named === null ? `${name}: ${why}` : `${named.by}: ${name} ${why}`],
    };
  }
  // Warnings count too: an unknown YAML tag is dropped, and a password of `!x` with it.
  const document = parseDocument(content, { stringKeys: true });
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong !== undefined) return notYaml(name, inWords(wrong));
  let tree: unknown;
  try {
    tree = document.toJS();
  } catch {
    return notYaml(name, 'an alias (*) without a preceding anchor, or far too many aliases');
  }
  return fromTree(name, tree);
}

/** The absolute path of that file; `no …` if it does not exist. */
export function placeOfFile(cwd: string, named: NamedFile | null): string {
  const path = resolve(cwd, named?.name ?? DEFAULT_FILE);
  return existsSync(path) ? path : `no ${path}`;
}

function notYaml(name: string, why: string): Reading {
  return { found: [], problems: [`${name}: is not valid YAML: ${why}`] };
}

/** Kind and place of the error, without the message, which may quote secrets of the file. */
function inWords({ code, linePos }: YAMLError): string {
  const what = code.toLowerCase().replaceAll('_', ' ');
  const [at] = linePos ?? [];
  return at === undefined ? what : `${what} at line ${at.line}, column ${at.col}`;
}

function fromTree(name: string, tree: unknown): Reading {
  if (tree === null || tree === undefined) return { found: [], problems: [] };
  if (!isMap(tree)) {
    return { found: [], problems: [`${name}: expected sections, found ${kindOf(tree)}`] };
  }
  const found: Found[] = [];
  const problems: string[] = [];
  for (const [section, keys] of Object.entries(tree)) {
    if (!SECTIONS.has(section)) {
      const meant = nearest(section, SECTIONS);
      problems.push(
        `${section}: is not a section (file ${name}); ${meant === null ? `there are ${[...SECTIONS].join(', ')}` : `did you mean ${meant}?`}`,
      );
    } else if (isMap(keys)) {
      for (const [key, value] of Object.entries(keys)) {
        found.push({ key: `${section}.${key}`, value, source: `file ${name}` });
      }
    } else if (keys !== null) {
      // Without the value: `database: "user:password@host"` is a likely mistake.
      problems.push(`${section}: expected keys below it (file ${name}), found ${kindOf(keys)}`);
    }
  }
  return { found, problems };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
