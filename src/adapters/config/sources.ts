import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { CONFIG_KEYS, SECRET_KEYS } from './schema.js';

/** A value as it was found, and where. */
export interface Found {
  /** Such as `buffer.max_buffer_size`. */
  readonly key: string;
  readonly value: unknown;
  /** Such as `environment variable BUFFER_MAX_BUFFER_SIZE`. */
  readonly source: string;
}

/** What was found in one source; `problems` in words. */
export interface Reading {
  readonly found: readonly Found[];
  readonly problems: readonly string[];
}

const known = new Set(CONFIG_KEYS.map(([section, name]) => `${section}.${name}`));
const sections = new Set(CONFIG_KEYS.map(([section]) => section));

const DEFAULT_FILE = 'config/config.yaml';

/** `config/config.yaml`, or the file that CONFIG_FILE names (which then must exist). */
export function readFile(cwd: string, configFile: string | undefined): Reading {
  const name = configFile ?? DEFAULT_FILE;
  let content: string;
  try {
    content = readFileSync(join(configFile?.startsWith('/') ? '' : cwd, name), 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && configFile === undefined) return { found: [], problems: [] };
    const why = missing ? 'does not exist' : `cannot be read: ${String(error)}`;
    return { found: [], problems: [`CONFIG_FILE: ${name} ${why}`] };
  }
  try {
    return fromTree(name, parseYaml(content));
  } catch (error) {
    const [line] = String(error).split('\n');
    return { found: [], problems: [`${name}: is not valid YAML: ${line}`] };
  }
}

function fromTree(name: string, tree: unknown): Reading {
  if (tree === null || tree === undefined) return { found: [], problems: [] };
  if (!isMap(tree))
    return { found: [], problems: [`${name}: expected sections, found ${typeof tree}`] };
  const found: Found[] = [];
  const problems: string[] = [];
  for (const [section, keys] of Object.entries(tree)) {
    if (!sections.has(section)) {
      problems.push(
        `${section}: is not a section (file ${name}); there are ${[...sections].join(', ')}`,
      );
    } else if (isMap(keys)) {
      for (const [key, value] of Object.entries(keys)) {
        found.push({ key: `${section}.${key}`, value, source: `file ${name}` });
      }
    } else if (keys !== null) {
      problems.push(
        `${section}: expected keys below it (file ${name}), found ${JSON.stringify(keys)}`,
      );
    }
  }
  return { found, problems };
}

/** Variables named like keys: `BUFFER_MAX_BUFFER_SIZE`; of secrets also `…_FILE`. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Reading {
  const found: Found[] = [];
  const problems: string[] = [];
  for (const key of known) {
    const variable = variableOf(key);
    const value = env[variable];
    if (value !== undefined) found.push({ key, value, source: `environment variable ${variable}` });
    if (!SECRET_KEYS.includes(key)) continue;
    const file = env[`${variable}_FILE`];
    if (file === undefined) continue;
    try {
      const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      found.push({ key, value: secret, source: `file named by ${variable}_FILE` });
    } catch {
      problems.push(`${key}: the file named by ${variable}_FILE cannot be read: ${file}`);
    }
  }
  return { found, problems: [...problems, ...misspelt(env)] };
}

/** Flags: `--buffer.max_buffer_size=500`, or the value as the next word. */
export function readFlags(words: readonly string[]): Reading {
  const found: Found[] = [];
  const problems: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const match = /^--([a-z_]+\.[a-z_0-9]+)(?:=(.*))?$/s.exec(word);
    if (match === null) {
      problems.push(`${word}: is neither a command, an option, nor a key such as --service.port`);
      continue;
    }
    const [, key = '', inline] = match;
    const value = inline ?? words[index + 1];
    if (inline === undefined) index += 1;
    if (value === undefined) problems.push(`${key}: the flag --${key} has no value`);
    else found.push({ key, value, source: `flag --${key}` });
  }
  return { found, problems };
}

export function variableOf(key: string): string {
  return key.toUpperCase().replace('.', '_');
}

/**
 * Variables of our sections that name no key. Others on the machine may use the same prefixes
 * (DATABASE_URL), so only one that is a letter or two away from a key is taken for a mistake.
 */
function misspelt(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const variables = [...known].flatMap((key) => [variableOf(key), `${variableOf(key)}_FILE`]);
  return Object.keys(env).flatMap((name) => {
    if (variables.includes(name)) return [];
    if (![...sections].some((section) => name.startsWith(`${section.toUpperCase()}_`))) return [];
    const meant = variables.find((variable) => distance(name, variable) <= 2);
    return meant === undefined ? [] : [`${name}: is not a key; did you mean ${meant}?`];
  });
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
