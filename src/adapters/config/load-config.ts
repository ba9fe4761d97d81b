import { stringify } from 'yaml';
import { ConfigurationError } from '../../domain/errors.js';
import { CONFIG_KEYS, type Config, configSchema, SECRET_KEYS } from './schema.js';
import { type Found, readEnvironment, readFile, readFlags } from './sources.js';

export interface ConfigInput {
  /** Words of the command line that are no command or option: `--service.port=9000`. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const HIDDEN = '[hidden]';

/**
 * Reads the configuration: flags over environment over file over defaults.
 * Throws ConfigurationError that names every bad key, what was found and what was expected.
 */
export function loadConfig({ flags, env, cwd }: ConfigInput): Config {
  const readings = [readFile(cwd, env.CONFIG_FILE), readEnvironment(env), readFlags(flags)];
  const problems = readings.flatMap((reading) => reading.problems);
  const winning = new Map<string, Found>();
  for (const { found } of readings) for (const value of found) winning.set(value.key, value);
  const tree: Record<string, Record<string, unknown>> = {};
  for (const { key, value, source } of winning.values()) {
    const [section = '', name = ''] = key.split('.');
    if (CONFIG_KEYS.some(([knownSection, knownName]) => `${knownSection}.${knownName}` === key)) {
      tree[section] = { ...tree[section], [name]: value };
    } else {
      const names = CONFIG_KEYS.filter(([known]) => known === section).map(([, known]) => known);
      problems.push(
        `${key}: is not a key (${source}); ${names.length > 0 ? `${section} has ${names.join(', ')}` : 'there is no such section'}`,
      );
    }
  }
  const checked = configSchema.safeParse(tree);
  if (!checked.success) {
    for (const { path, message } of checked.error.issues) {
      const key = path.slice(0, 2).join('.');
      const { value, source } = winning.get(key) ?? { value: undefined, source: 'default' };
      const inside = path.slice(2).join('.');
      const found = SECRET_KEYS.includes(key) ? HIDDEN : JSON.stringify(value);
      problems.push(`${key}${inside && ` (${inside})`}: ${message}; found ${found} (${source})`);
    }
  } else {
    problems.push(...contradictions(checked.data));
  }
  if (problems.length > 0) {
    throw new ConfigurationError(`The configuration is not valid:\n  ${problems.join('\n  ')}`);
  }
  return configSchema.parse(tree);
}

/** The configuration as YAML, secrets hidden. */
export function printConfig(config: Config): string {
  const shown = structuredClone(config) as Record<string, Record<string, unknown>>;
  for (const key of SECRET_KEYS) {
    const [section = '', name = ''] = key.split('.');
    const keys = shown[section];
    if (keys !== undefined && !isEmpty(keys[name])) keys[name] = HIDDEN;
  }
  return stringify(shown);
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Keys that are right one by one and wrong together. */
function contradictions({ service, auth, buffer }: Config): readonly string[] {
  const problems: string[] = [];
  if (!LOOPBACK.test(service.host) && auth.api_keys.length === 0 && !auth.allow_anonymous) {
    problems.push(
      `service.host: ${service.host} is not loopback and there are no API keys, so anyone could read and write. Set auth.api_keys, or listen on 127.0.0.1, or accept it with auth.allow_anonymous: true`,
    );
  }
  if (buffer.max_pending_records < buffer.max_buffer_size) {
    problems.push(
      `buffer.max_pending_records: ${buffer.max_pending_records} is less than buffer.max_buffer_size (${buffer.max_buffer_size}), so a flush by size could never begin`,
    );
  }
  const names = auth.api_keys.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    problems.push(`auth.api_keys: the name ${JSON.stringify(twice)} is used twice`);
  return problems;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}
