import type { Config } from './schema.js';

/** Keys that are right one by one and wrong together. */
interface Contradiction {
  /** It is not looked for when one of these is bad already. */
  readonly keys: readonly string[];
  /** What is wrong and what to do; null when nothing is. */
  readonly problem: (config: Config) => string | null;
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    keys: ['service.host', 'auth.api_keys', 'auth.allow_anonymous'],
    problem: ({ service, auth }) =>
      LOOPBACK.test(service.host) || auth.api_keys.length > 0 || auth.allow_anonymous
        ? null
        : `service.host: ${service.host} is not loopback and there are no API keys, so anyone could read and write. Set auth.api_keys, or listen on 127.0.0.1, or accept it with auth.allow_anonymous: true`,
  },
  {
    keys: ['buffer.max_pending_records', 'buffer.max_buffer_size'],
    problem: ({ buffer }) =>
      buffer.max_pending_records >= buffer.max_buffer_size
        ? null
        : `buffer.max_pending_records: ${buffer.max_pending_records} is less than buffer.max_buffer_size (${buffer.max_buffer_size}), so a flush by size could never begin`,
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
];

/** Looks for contradictions among keys that are not in `bad`; their values in `config` count. */
export function contradictions(config: Config, bad: ReadonlySet<string>): readonly string[] {
  return CONTRADICTIONS.filter(({ keys }) => !keys.some((key) => bad.has(key))).flatMap(
    ({ problem }) => problem(config) ?? [],
  );
}
