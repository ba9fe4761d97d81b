import { createHash, randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { SCOPES, type Scope } from '../../domain/scopes.js';
import { type CommandContext, refuseFlags } from '../context.js';

const PREFIX = 'psk_';
const KEY_BYTES = 32;

interface CreateOptions {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly json?: boolean;
}

/** `key create`: creates an API key and its configuration entry. */
export function addKeyCommand(program: Command, context: CommandContext): void {
  program
    .command('key')
    .description('API keys')
    .command('create')
    .description('create an API key, and print it once with its configuration entry')
    .requiredOption('--name <name>', 'name of the client; shown in the log', checkName)
    .requiredOption('--scopes <scopes>', 'read, write, admin, separated by commas', parseScopes)
    .option('--json', 'print one JSON object: the key, and its entry for auth.api_keys')
    .action(({ name, scopes, json = false }: CreateOptions) => {
      refuseFlags(context, 'key create reads no configuration');
      const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url');
      const sha256 = createHash('sha256').update(key).digest('hex');
      const entry = { name, sha256, scopes };
      if (json) context.print(JSON.stringify({ key, entry }));
      else for (const line of formatted(key, JSON.stringify(entry))) context.print(line);
    });
}

/** The entry is JSON, which is valid YAML. */
function formatted(key: string, entry: string): readonly string[] {
  return [
    'The key; it is not saved, and not shown again:',
    '',
    `  ${key}`,
    '',
    'The entry for config/config.yaml:',
    '',
    '  auth:',
    '    api_keys:',
    `      - ${entry}`,
    '',
    'or for the environment, with all other keys in the same list:',
    '',
    `  AUTH_API_KEYS='[${entry}]'`,
  ];
}

function checkName(name: string): string {
  if (/^[\w.@ -]{1,64}$/.test(name) && name.trim() === name) return name;
  throw new InvalidArgumentError('Expected 1 to 64 letters, digits, _, ., @, - and spaces.');
}

function parseScopes(text: string): readonly Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !SCOPES.some((scope) => scope === name));
  if (unknown.length > 0) throw new InvalidArgumentError('Expected read, write and admin.');
  return SCOPES.filter((scope) => names.includes(scope));
}
