import type { Config } from './schema.js';

/** A rule about keys that are valid one by one and invalid together. */
interface Contradiction {
  /** The rule is skipped if one of these is already invalid. */
  readonly keys: readonly string[];
  /**
   * Describes the problem and the solution; null if there is none. `given`: keys with a value that
   * is not a default.
   */
  readonly problem: (config: Config, given: ReadonlySet<string>) => string | null;
}

const API_KEYS = 'auth.api_keys';
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    keys: ['auth.api_keys', 'auth.allow_anonymous'],
    problem: (config, given) =>
      isOpenByMistake(config) && given.has(API_KEYS)
        ? 'auth.api_keys: the list is empty, so anyone could read and write. Add a key (`node dist/main.js key create` creates one), omit the list, or permit it with auth.allow_anonymous: true'
        : null,
  },
  {
    keys: ['service.host', 'auth.api_keys', 'auth.allow_anonymous'],
    problem: (config, given) => {
      const { service } = config;
      return LOOPBACK.test(service.host) || !isOpenByMistake(config) || given.has(API_KEYS)
        ? null
        : `service.host: ${service.host} is not loopback and there are no API keys, so anyone could read and write. Set auth.api_keys, or listen on 127.0.0.1, or permit it with auth.allow_anonymous: true`;
    },
  },
  {
    keys: ['buffer.max_pending_records', 'buffer.max_buffer_size'],
    problem: ({ buffer }) =>
      buffer.max_pending_records >= buffer.max_buffer_size
        ? null
        : `buffer.max_pending_records: ${buffer.max_pending_records} is less than buffer.max_buffer_size (${buffer.max_buffer_size}), so a flush by size could never start`,
  },
  {
    keys: ['database.hosts', 'database.host', 'database.port', 'database.socket'],
    problem: ({ database: { hosts } }, given) => {
      if (hosts.length === 0) return null;
      const other = ['host', 'port', 'socket'].find((name) => given.has(`database.${name}`));
      return other === undefined
        ? null
        : `database.hosts: it replaces database.${other}, which is set too. Remove one of them; a node in database.hosts has its own port, such as db-1:3306`;
    },
  },
  {
    keys: ['database.hosts'],
    problem: ({ database: { hosts } }) => {
      const twice = hosts.find((name, index) => hosts.indexOf(name) !== index);
      return twice === undefined ? null : `database.hosts: ${twice} is listed twice`;
    },
  },
  {
    keys: ['database.tls'],
    problem: ({ database: { tls } }) =>
      (tls.cert === null) === (tls.key === null)
        ? null
        : `database.tls: ${tls.cert === null ? 'key' : 'cert'} is set without ${tls.cert === null ? 'cert' : 'key'}. Set both, for a server that asks for a certificate of its clients, or neither`,
  },
  {
    keys: ['database.tls', 'database.socket'],
    problem: ({ database: { tls, socket } }) =>
      socket === null || tls.mode === 'preferred' || tls.mode === 'disabled'
        ? null
        : `database.tls: mode ${tls.mode} cannot be used with database.socket, which is never encrypted. Set database.host instead, or mode disabled`,
  },
  {
    keys: ['auth.api_keys'],
    problem: ({ auth }) => {
      const names = auth.api_keys.map(({ name }) => name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      return twice === undefined
        ? null
        : `auth.api_keys: the name ${JSON.stringify(twice)} is used twice`;
    },
  },
  {
    keys: ['auth.api_keys'],
    problem: ({ auth }) => {
      const names = new Map<string, string>();
      for (const { name, sha256 } of auth.api_keys) {
        const other = names.get(sha256);
        if (other !== undefined && other !== name) {
          return `auth.api_keys: ${JSON.stringify(other)} and ${JSON.stringify(name)} have the same sha256, so they are one key; create one per name with \`node dist/main.js key create\`, or remove one`;
        }
        names.set(sha256, name);
      }
      return null;
    },
  },
];

function isOpenByMistake({ auth }: Config): boolean {
  return auth.api_keys.length === 0 && !auth.allow_anonymous;
}

/**
 * Checks the rules for keys that are not in `bad`; their values in `config` count. `given` are the
 * configured keys.
 */
export function contradictions(
  config: Config,
  bad: ReadonlySet<string>,
  given: ReadonlySet<string>,
): readonly string[] {
  return CONTRADICTIONS.filter(({ keys }) => !keys.some((key) => bad.has(key))).flatMap(
    ({ problem }) => problem(config, given) ?? [],
  );
}
