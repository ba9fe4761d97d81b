import { resolve } from 'node:path';
import { type Found, KEYS, type Reading, SECTIONS } from './found.js';
import { nearest } from './nearest.js';
import { SECRET_KEYS } from './schema.js';
import { readSecretFile } from './secret-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables named like keys: `BUFFER_MAX_BUFFER_SIZE`; for secrets also `…_FILE`. */
export function readEnvironment(env: Environment, cwd: string): Reading {
  const found: Found[] = [];
  const problems: string[] = [];
  for (const key of KEYS) {
    const variable = variableOf(key);
    const value = env[variable];
    if (value !== undefined) found.push({ key, value, source: `environment variable ${variable}` });
    const file = SECRET_KEYS.includes(key) ? env[`${variable}_FILE`] : undefined;
    if (file === undefined || file === '') continue;
    if (value !== undefined && value !== '') {
      problems.push(`${key}: ${variable} and ${variable}_FILE are both set; remove one`);
      continue;
    }
    const secret = readSecretFile(resolve(cwd, file));
    if ('problem' in secret) {
      problems.push(`${key}: the file named by ${variable}_FILE ${secret.problem}: ${file}`);
      continue;
    }
    const text = secret.content.replace(/\r?\n$/, '');
    found.push({ key, value: text, source: `file named by ${variable}_FILE` });
  }
  const unknown = unknownVariables(env);
  return {
    found,
    problems: [...problems, ...unknown.misspelt],
    warnings: unknown.others,
  };
}

/** `buffer.max_buffer_size` → `BUFFER_MAX_BUFFER_SIZE`. */
export function variableOf(key: string): string {
  return key.toUpperCase().replace('.', '_');
}

/**
 * Finds variables of our sections that name no key. Other programs may use the same prefixes
 * (DATABASE_URL), so only a name that is one or two edits away from a key counts as misspelt.
 */
function unknownVariables(env: Environment): {
  misspelt: readonly string[];
  others: readonly string[];
} {
  const variables = new Set([
    ...[...KEYS].map(variableOf),
    ...SECRET_KEYS.map((key) => `${variableOf(key)}_FILE`),
  ]);
  const prefixes = [...SECTIONS].map((section) => `${section.toUpperCase()}_`);
  const misspelt: string[] = [];
  const others: string[] = [];
  for (const name of Object.keys(env)) {
    if (variables.has(name) || !prefixes.some((prefix) => name.startsWith(prefix))) continue;
    const meant = nearest(name, variables);
    if (meant === null) {
      others.push(`environment variable ${name}: is not a key of this service and is ignored`);
    } else {
      misspelt.push(`${name}: is not a key (environment); did you mean ${meant}?`);
    }
  }
  return { misspelt, others };
}
