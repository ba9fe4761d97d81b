import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../adapters/config/read-flags.js';
import { readSecretFile } from '../adapters/config/secret-file.js';
import type { Config } from '../container.js';
import { ConfigurationError } from '../ports/configuration-error.js';
import {
  type CommandContext,
  type ConfigOptions,
  configOf,
  refuseFlags,
  withConfig,
} from './context.js';

export interface AddressOptions extends ConfigOptions {
  readonly url?: string;
}

export interface TargetOptions extends AddressOptions {
  readonly apiKeyFile?: string;
}

/** A running service, and the API key for it. */
export interface Target {
  /** Without a trailing slash. */
  readonly url: string;
  readonly apiKey?: string;
}

const KEY = /^[A-Za-z0-9._~+/-]{1,512}=*$/;

/** Adds the options that select a running service. */
export function withAddress(command: Command, words = ''): Command {
  return withConfig(command, words).addOption(
    new Option('--url <url>', 'of the service; default: the address in the configuration')
      .argParser(httpUrl)
      .conflicts('config'),
  );
}

/** Adds these options and those for the key. */
export function withTarget(command: Command, words = ''): Command {
  return withAddress(command, words).option(
    '--api-key-file <file>',
    'contains the key; otherwise PERSISTENCE_API_KEY, or the file named by PERSISTENCE_API_KEY_FILE',
  );
}

/** Throws ConfigurationError, and UsageError if options contradict each other. */
export function addressOf(context: CommandContext, options: AddressOptions): string {
  if (options.url !== undefined) {
    refuseFlags(context, 'the configuration is not read with --url');
    return options.url.replace(/\/+$/, '');
  }
  const { service } = configOf(context, options);
  if (service.port === 0) {
    throw new UsageError('service.port is 0, so the port is unknown; use --url');
  }
  return listeningAddress(service);
}

export function targetOf(context: CommandContext, options: TargetOptions): Target {
  const url = addressOf(context, options);
  const apiKey = apiKeyOf(context, options);
  return apiKey === undefined ? { url } : { url, apiKey };
}

/** The address at which a service with this configuration answers on this machine. */
export function listeningAddress({ host, port }: Pick<Config['service'], 'host' | 'port'>): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** No message contains the key itself. */
function apiKeyOf({ env, cwd }: CommandContext, { apiKeyFile }: TargetOptions): string | undefined {
  if (apiKeyFile !== undefined) {
    const key = keyIn(resolve(cwd, apiKeyFile));
    if ('key' in key) return key.key;
    throw new UsageError(`--api-key-file (${apiKeyFile}) ${key.problem}`);
  }
  const { PERSISTENCE_API_KEY: key = '', PERSISTENCE_API_KEY_FILE: file = '' } = env;
  if (key !== '' && file !== '') {
    throw new ConfigurationError(
      'PERSISTENCE_API_KEY and PERSISTENCE_API_KEY_FILE are both set; remove one',
    );
  }
  if (key === '' && file === '') return undefined;
  const [name, found] =
    file === ''
      ? ['PERSISTENCE_API_KEY', checked(key)]
      : [`the file named by PERSISTENCE_API_KEY_FILE (${file})`, keyIn(resolve(cwd, file))];
  if ('key' in found) return found.key;
  throw new ConfigurationError(`${name} ${found.problem}`);
}

type Key = { readonly key: string } | { readonly problem: string };

function keyIn(path: string): Key {
  const secret = readSecretFile(path);
  return 'problem' in secret ? secret : checked(secret.content.trim());
}

function checked(key: string): Key {
  return KEY.test(key) ? { key } : { problem: 'does not contain an API key' };
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url?.username === '' && url.password === '' && url.search + url.hash === '';
  if (isPlain && ['http:', 'https:'].includes(url.protocol)) return text;
  throw new InvalidArgumentError('Expected an address such as http://127.0.0.1:8001.');
}
