import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../adapters/config/read-flags.js';
import type { Config } from '../container.js';
import { ConfigurationError } from '../domain/errors.js';
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
  readonly apiKey?: string;
}

/** A running service, and the key to be let in with. */
export interface Target {
  /** Without a slash at its end. */
  readonly url: string;
  readonly apiKey?: string;
}

const KEY = /^[A-Za-z0-9._~+/-]{1,512}=*$/;

/** Lets a command say which running service it means. */
export function withAddress(command: Command, words = ''): Command {
  return withConfig(command, words).addOption(
    new Option('--url <url>', 'of the service; else where the configuration has it listen')
      .argParser(httpUrl)
      .conflicts('config'),
  );
}

/** … and with which key. */
export function withTarget(command: Command, words = ''): Command {
  return withAddress(command, words).option(
    '--api-key <key>',
    'better in PERSISTENCE_API_KEY, or in a file that PERSISTENCE_API_KEY_FILE names',
  );
}

/** Throws ConfigurationError, and UsageError when the options contradict one another. */
export function addressOf(context: CommandContext, options: AddressOptions): string {
  if (options.url !== undefined) {
    refuseFlags(context, 'no configuration is read when --url names the service');
    return options.url.replace(/\/+$/, '');
  }
  const { service } = configOf(context, options);
  if (service.port === 0) {
    throw new UsageError('service.port is 0, so its port is not known here; use --url');
  }
  return listeningAddress(service);
}

export function targetOf(context: CommandContext, options: TargetOptions): Target {
  const url = addressOf(context, options);
  const apiKey = apiKeyOf(context, options);
  return apiKey === undefined ? { url } : { url, apiKey };
}

/** Where a service with this configuration answers on this machine. */
export function listeningAddress({ host, port }: Pick<Config['service'], 'host' | 'port'>): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** No message shows the key itself. */
function apiKeyOf({ env, cwd }: CommandContext, { apiKey }: TargetOptions): string | undefined {
  if (apiKey !== undefined) {
    if (KEY.test(apiKey)) return apiKey;
    throw new UsageError('--api-key: is not of the form of an API key');
  }
  const { PERSISTENCE_API_KEY: key = '', PERSISTENCE_API_KEY_FILE: file = '' } = env;
  if (key !== '' && file !== '') {
    throw new ConfigurationError(
      'PERSISTENCE_API_KEY and PERSISTENCE_API_KEY_FILE are both set; leave one out',
    );
  }
  const [name, found] =
    file === ''
      ? ['PERSISTENCE_API_KEY', key]
      : [`the file named by PERSISTENCE_API_KEY_FILE (${file})`, contentOf(resolve(cwd, file))];
  if (found === '' && file === '') return undefined;
  if (found !== null && KEY.test(found)) return found;
  const problem = found === null ? 'cannot be read' : 'does not hold an API key';
  throw new ConfigurationError(`${name} ${problem}`);
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url?.username === '' && url.password === '' && url.search + url.hash === '';
  if (isPlain && ['http:', 'https:'].includes(url.protocol)) return text;
  throw new InvalidArgumentError('Expected an address such as http://127.0.0.1:8001.');
}
