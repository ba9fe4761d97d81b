import { stringify } from 'yaml';
import { ConfigurationError } from '../../domain/errors.js';
import { contradictions } from './contradictions.js';
import { type Found, KEYS } from './found.js';
import { nearest } from './nearest.js';
import { type Environment, readEnvironment } from './read-environment.js';
import { type NamedFile, placeOfFile, readFile } from './read-file.js';
import { readFlags } from './read-flags.js';
import { CONFIG_KEYS, type Config, configSchema, SECRET_KEYS } from './schema.js';

export interface ConfigInput {
  /** Words of the command line that are no command or option: `--service.port=9000`. */
  readonly flags: readonly string[];
  readonly env: Environment;
  /** Read instead of the file that CONFIG_FILE names, or `config/config.yaml`: the value of --config. */
  readonly file?: string | undefined;
  /** Where `config/config.yaml`, and relative names of files with secrets, are looked for. */
  readonly cwd: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each key that is no default came from, such as `file config/config.yaml`. */
  readonly sources: ReadonlyMap<string, string>;
  /** The file that was read, as an absolute path; `no …` with the one that was looked for. */
  readonly file: string;
  /** What was ignored, in words: such as a variable of another program that looks like ours. */
  readonly warnings: readonly string[];
}

const HIDDEN = '[hidden]';
const LONGEST_SHOWN = 100;

/**
 * Reads the configuration: flags over environment over file over defaults. Throws
 * ConfigurationError that names every bad key, what was found and what was expected, and
 * UsageError when the words of the command line are no flags at all.
 */
export function loadConfig({ flags, env, file, cwd }: ConfigInput): LoadedConfig {
  const named = namedFile(file, env.CONFIG_FILE);
  const readings = [readFile(cwd, named), readEnvironment(env, cwd), readFlags(flags)];
  const problems = readings.flatMap((reading) => reading.problems);
  const winning = new Map<string, Found>();
  for (const found of readings.flatMap((reading) => reading.found)) {
    if (KEYS.has(found.key)) winning.set(found.key, found);
    else problems.push(unknownKey(found));
  }
  const bad = new Set<string>();
  const checked = configSchema.safeParse(treeOf(winning, bad));
  for (const { path, message } of checked.error?.issues ?? []) {
    const key = path.slice(0, 2).join('.');
    bad.add(key);
    const inside = path.slice(2).join('.');
    const { value, source } = winning.get(key) ?? { value: undefined, source: 'default' };
    const shown = SECRET_KEYS.includes(key) ? HIDDEN : shorten(JSON.stringify(value));
    problems.push(`${key}${inside && ` (${inside})`}: ${message}; found ${shown} (${source})`);
  }
  const config = checked.data ?? configSchema.parse(treeOf(winning, bad));
  // Null stands for a key that is left out.
  const given = [...winning.values()].filter(({ value }) => value !== null).map(({ key }) => key);
  problems.push(...contradictions(config, bad, new Set(given)));
  if (problems.length > 0) {
    throw new ConfigurationError(`The configuration is not valid:\n  ${problems.join('\n  ')}`);
  }
  return {
    config,
    file: placeOfFile(cwd, named),
    sources: new Map([...winning].map(([key, { source }]) => [key, source])),
    warnings: readings.flatMap((reading) => reading.warnings ?? []),
  };
}

/** The configuration as YAML, secrets hidden. */
export function printConfig(config: Config): string {
  return stringify(shownConfig(config));
}

/** The configuration with the secrets in it hidden. */
export function shownConfig(config: Config): Readonly<Record<string, unknown>> {
  const shown = structuredClone(config) as Record<string, Record<string, unknown>>;
  for (const key of SECRET_KEYS) {
    const [section = '', name = ''] = key.split('.');
    const keys = shown[section];
    if (keys !== undefined && !isEmpty(keys[name])) keys[name] = HIDDEN;
  }
  // A list that is there and empty would stop the next start.
  if (shown.auth !== undefined && isEmpty(shown.auth.api_keys)) shown.auth.api_keys = null;
  return shown;
}

/** An empty variable is as good as none; an empty option is a mistake. */
function namedFile(option: string | undefined, variable = ''): NamedFile | null {
  if (option !== undefined) return { name: option, by: '--config' };
  return variable === '' ? null : { name: variable, by: 'CONFIG_FILE' };
}

/** The values as sections of keys, without those of `leftOut`. */
function treeOf(values: ReadonlyMap<string, Found>, leftOut: ReadonlySet<string>) {
  const tree: Record<string, Record<string, unknown>> = {};
  for (const [section, name] of CONFIG_KEYS) {
    const found = values.get(`${section}.${name}`);
    if (found === undefined || leftOut.has(found.key)) continue;
    tree[section] = { ...tree[section], [name]: found.value };
  }
  return tree;
}

/** Without its value, which may be a secret under a misspelt name. */
function unknownKey({ key, source }: Found): string {
  const meant = nearest(key, KEYS);
  if (meant !== null) return `${key}: is not a key (${source}); did you mean ${meant}?`;
  const [section = ''] = key.split('.');
  const names = CONFIG_KEYS.filter(([known]) => known === section).map(([, name]) => name);
  const known =
    names.length > 0 ? `${section} has ${names.join(', ')}` : 'there is no such section';
  return `${key}: is not a key (${source}); ${known}`;
}

function shorten(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}
