import { loadConfig } from '../../../src/adapters/config/load-config.js';
import { variableOf } from '../../../src/adapters/config/read-environment.js';
import { CONFIG_KEYS, type Config, SECRET_KEYS } from '../../../src/adapters/config/schema.js';
import { ConfigurationError } from '../../../src/ports/configuration-error.js';
import { PROJECT } from './deployed.js';

const KEYS = CONFIG_KEYS.map((path) => path.join('.'));
const VARIABLES: ReadonlySet<string> = new Set([
  ...KEYS.map(variableOf),
  ...SECRET_KEYS.map((key) => `${variableOf(key)}_FILE`),
]);
/** Stand for the files with the secrets, which only a machine with an installation has. */
const SECRETS: Readonly<Record<string, readonly [variable: string, value: string]>> = {
  DATABASE_PASSWORD_FILE: ['DATABASE_PASSWORD', 'x'],
  AUTH_API_KEYS_FILE: [
    'AUTH_API_KEYS',
    JSON.stringify([{ name: 'a', sha256: '0'.repeat(64), scopes: ['read'] }]),
  ],
};

/**
 * What the service makes of the variables of a container, as in the image: it listens beyond
 * loopback. `config` is null if it would not start.
 */
export function readServiceEnvironment(variables: Readonly<Record<string, string>>): {
  readonly config: Config | null;
  readonly faults: readonly string[];
} {
  const names = Object.keys(variables);
  const unknown = names.filter((name) => !VARIABLES.has(name));
  const secret = SECRET_KEYS.map(variableOf).filter((name) => names.includes(name));
  const faults = [
    ...unknown.map((name) => `${name} is no key of the configuration`),
    ...secret.map((name) => `${name} is a secret: name its file in ${name}_FILE`),
  ];
  const env: Record<string, string> = { SERVICE_HOST: '0.0.0.0' };
  for (const [name, value] of Object.entries(variables)) {
    if (secret.includes(name)) continue;
    const [variable, standIn] = SECRETS[name] ?? [name, value];
    env[variable] = standIn;
  }
  try {
    const { config, warnings } = loadConfig({ flags: [], env, cwd: PROJECT });
    return { config, faults: [...faults, ...warnings] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { config: null, faults: [...faults, error.message] };
  }
}
