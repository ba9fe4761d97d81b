import { stringify } from 'yaml';
import { ConfigurationError } from '../../ports/configuration-error.js';
import { contradictions } from './contradictions.js';
import { type Found, KEYS } from './found.js';
import { nearest } from './nearest.js';
import { type Environment, readEnvironment } from './read-environment.js';
import { type NamedFile, placeOfFile, readFile } from './read-file.js';
import { readFlags } from './read-flags.js';
import { CONFIG_KEYS, type Config, configSchema, SECRET_KEYS } from './schema.js';

export interface ConfigInput {
  /** Arguments that are not a command or option: `--service.port=9000`. */
  readonly flags: readonly string[];
  readonly env: Environment;
  /**
   * The value of --config: read instead of the file named by CONFIG_FILE, or `config/config.yaml`.
   */
  readonly file?: string | undefined;
  /** Folder of `config/config.yaml` and of relative names of files with secrets. */
  readonly cwd: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The source of each key that is not a default, such as `file config/config.yaml`. */
  readonly sources: ReadonlyMap<string, string>;
  /** The absolute path of the file that was read; `no …` with the missing file. */
  readonly file: string;
  /** Ignored settings: such as a variable of another program that resembles one of this service. */
  readonly warnings: readonly string[];
}

const HIDDEN = '[hidden]';
const LONGEST_SHOWN = 100;

/**
 * Reads the configuration: flags override the environment, which overrides the file, which
 * overrides the defaults. Throws ConfigurationError that names every invalid key, the value found
 * and the value expected, and UsageError if an argument is not a flag.
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
  // Null stands for an omitted key.
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

/** The configuration with its secrets hidden. */
export function shownConfig(config: Config): Readonly<Record<string, unknown>> {
  const shown = structuredClone(config) as Record<string, Record<string, unknown>>;
  for (const key of SECRET_KEYS) {
    const [section = '', name = ''] = key.split('.');
    const keys = shown[section];
    if (keys !== undefined && !isEmpty(keys[name])) keys[name] = HIDDEN;
  }
  // An explicitly empty list would stop the next start.
  if (shown.auth !== undefined && isEmpty(shown.auth.api_keys)) shown.auth.api_keys = null;
  return shown;
}

/** An empty variable counts as unset; an empty option is an error. */
function namedFile(option: string | undefined, variable = ''): NamedFile | null {
  if (option !== undefined) return { name: option, by: '--config' };
  return variable === '' ? null : { name: variable, by: 'CONFIG_FILE' };
}

/** The values as sections of keys, without those in `leftOut`. */
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
