import { variableOf } from '../../adapters/config/read-environment.js';
import { CONFIG_KEYS, DEFAULT_CONFIG } from '../../adapters/config/schema.js';

/** Every configuration key, for the help. */
export function keysHelp(): string {
  const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = DEFAULT_CONFIG;
  const rows = CONFIG_KEYS.map(([section, name]) => {
    const key = `${section}.${name}`;
    return `  --${key.padEnd(28)} ${variableOf(key).padEnd(28)} ${JSON.stringify(defaults[section]?.[name])}`;
  });
  return [
    `Keys (flag, environment variable, default); flags override the environment, which overrides the file:`,
    ...rows,
  ].join('\n');
}
