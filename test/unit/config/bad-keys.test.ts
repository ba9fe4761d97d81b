import { describe, expect, it } from 'vitest';
import { aWorkspace, type Given } from './workspace.js';

const SHA256 = '0123456789abcdef'.repeat(4);
const apiKeys = (...keys: readonly object[]): Given => ({
  env: { AUTH_API_KEYS: JSON.stringify(keys) },
});

const MEMORY =
  'expected the path of a file, such as data/persistence.db: a database in memory is lost with the process';

const { problems } = aWorkspace();

describe('a bad value', () => {
  it.each<[flag: string, value: string, expected: string]>([
    ['service.host', '', 'expected some text'],
    ['service.port', '65536', 'expected at most 65535'],
    ['service.port', '-1', 'expected a whole number from 0 to 65535'],
    ['service.port', '80.5', 'expected a whole number from 0 to 65535'],
    ['service.port', 'http', 'expected a whole number from 0 to 65535'],
    ['service.cors_origins', 'https://a.example', 'expected a JSON list of origins'],
    [
      'service.body_limit',
      '12 apples',
      'expected a size such as 32MiB, 500kB or a number of bytes',
    ],
    ['service.body_limit', '1KB', 'expected a size such as 32MiB, 500kB or a number of bytes'],
    ['service.body_limit', '1023', 'expected at least 1024 bytes'],
    ['service.body_limit', '1GiB', 'expected at most 268435456 bytes'],
    ['service.shutdown_timeout', '0', 'expected at least 1'],
    ['service.shutdown_timeout', 'soon', 'expected a number from 1 to 3600'],
    ['service.request_timeout', '0', 'expected at least 1'],
    ['service.max_connections', '9', 'expected at least 10'],
    ['service.rate_limit', '-1', 'expected a whole number from 0 to 1000000'],
    ['service.rate_limit', '0.5', 'expected a whole number from 0 to 1000000'],
    ['buffer.max_buffer_size', '0', 'expected at least 1'],
    ['buffer.flush_interval', '0', 'expected at least 0.01'],
    ['buffer.flush_interval', 'Infinity', 'expected a number from 0.01 to 3600'],
    ['buffer.durability', 'disk', 'expected journal, stored or memory'],
    ['buffer.max_pending_bytes', '1kB', 'expected at least 1048576 bytes'],
    ['storage.backend', 'mariadb', 'expected sqlite or mysql (also for MariaDB)'],
    ['storage.migrate_on_start', 'yes', 'expected true or false'],
    ['sqlite.path', '', 'expected the path of a file, such as data/persistence.db'],
    ['sqlite.path', '  ', 'expected the path of a file, such as data/persistence.db'],
    ['sqlite.path', 'file:', 'expected the path of a file, such as data/persistence.db'],
    ['sqlite.path', 'a.db ', 'expected a path without spaces around it: write "a.db"'],
    ['sqlite.path', 'var/db/', 'expected a file, not a folder: write "var/db/persistence.db"'],
    ['sqlite.path', ':memory:', MEMORY],
    ['sqlite.path', 'file::memory:?cache=shared', MEMORY],
    ['sqlite.path', 'file:?mode=memory', MEMORY],
    ['sqlite.path', 'file:a.db?mode=rwc', 'expected a path, not an address: write "a.db"'],
    ['sqlite.path', 'FILE:///srv/a%20b.db', 'expected a path, not an address: write "/srv/a b.db"'],
    ['sqlite.path', 'file://localhost/a.db#x', 'expected a path, not an address: write "/a.db"'],
    ['sqlite.path', 'sqlite:///a.db', 'expected a path, not an address: write "/a.db"'],
    ['database.port', '0', 'expected at least 1'],
    ['database.database', 'a;b', 'expected at most 64 letters, digits, _, $ and -'],
    ['database.pool_size', '1', 'expected at least 2'],
    ['auth.allow_anonymous', '1', 'expected true or false'],
    ['auth.allowed_hosts', 'tale.example', 'expected a JSON list of hosts'],
    ['auth.public_metrics', 'no', 'expected true or false'],
    ['auth.public_docs', '', 'expected true or false'],
    ['logging.level', 'verbose', 'expected debug, info, warn, error or silent'],
    ['logging.file', 'a:b.log', 'expected a file name without < > " | ? * :'],
    ['logging.max_files', '0', 'expected at least 1'],
    ['retention.completed_days', '-1', 'expected a whole number from 0 to 36500'],
    ['retention.every_hours', '0', 'expected at least 0.01'],
  ])('of %s such as %j is reported with the expected value', (key, value, expected) => {
    expect(problems({ flags: [`--${key}=${value}`] })).toEqual([
      `${key}: ${expected}; found ${JSON.stringify(value)} (flag --${key})`,
    ]);
  });

  it.each([
    ['{"mode":"on"}', 'database.tls (mode): expected one of disabled, preferred, required'],
    ['yes', 'database.tls: expected a map with mode, ca, cert and key'],
    ['{"mode":"required","cert":"c.pem"}', 'database.tls: cert is set without key'],
    ['{"mode":"required","key":"k.pem"}', 'database.tls: key is set without cert'],
    ['{"verify":true}', 'database.tls'],
  ])('of database.tls such as %s is reported', (value, expected) => {
    const [problem, ...more] = problems({ env: { DATABASE_TLS: value } });
    expect(problem).toContain(expected);
    expect(more).toEqual([]);
  });

  const NODE = 'expected a server such as db-1.example.org, db-1:3306 or [2001:db8::1]:3306';
  it.each([
    ['db-1', 'database.hosts'],
    ['{"db-1":3306}', 'database.hosts'],
    ['["db 1"]', NODE],
    ['["db-1:"]', NODE],
    ['["2001:db8::1"]', NODE],
    ['["db-1:0"]', 'expected a port from 1 to 65535'],
    ['["db-1:65536"]', 'expected a port from 1 to 65535'],
    ['["db-1", "db-1"]', 'database.hosts'],
  ])('of database.hosts such as %s is reported', (value, expected) => {
    const [problem, ...more] = problems({ env: { DATABASE_HOSTS: value } });
    expect(problem).toContain(expected);
    expect(more).toEqual([]);
  });

  it.each(['["db-1"]', '["db-1:1","db-2:65535"]', '["[2001:db8::1]:3306","10.0.0.7"]', '[]'])(
    'of database.hosts is not %s',
    (value) => {
      expect(problems({ env: { DATABASE_HOSTS: value } })).toEqual([]);
    },
  );

  it.each(['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_SOCKET'])(
    'of database.hosts is one beside %s',
    (other) => {
      const value = other === 'DATABASE_PORT' ? '3306' : 'somewhere';
      const [problem] = problems({ env: { DATABASE_HOSTS: '["db-1"]', [other]: value } });
      expect(problem).toContain('database.hosts');
    },
  );

  it('of database.tls is one that a socket cannot fulfil', () => {
    const socket = { DATABASE_SOCKET: '/run/mysqld/mysqld.sock' };
    const required = { ...socket, DATABASE_TLS: '{"mode":"required"}' };
    expect(problems({ env: socket })).toEqual([]);
    expect(problems({ env: required })).toEqual([
      expect.stringContaining('mode required cannot be used with database.socket'),
    ]);
  });

  it.each(['a.db', './a:b.db', '/srv/my store.db', 'C:/a.db', 'data/memory.db'])(
    'of sqlite.path is not %j',
    (path) => {
      expect(problems({ env: { SQLITE_PATH: path } })).toEqual([]);
    },
  );

  it.each<[key: string, least: string, most: string, beyond: string]>([
    ['service.port', '0', '65535', '65536'],
    ['service.body_limit', '1KiB', '256MiB', '257MiB'],
    ['service.shutdown_timeout', '1', '3600', '3600.5'],
    ['service.request_timeout', '1', '3600', '3601'],
    ['service.max_connections', '10', '100000', '100001'],
    ['service.rate_limit', '0', '1000000', '1000001'],
    ['buffer.max_buffer_size', '1', '200000', '1000001'],
    ['buffer.flush_interval', '0.01', '3600', '3601'],
    ['buffer.max_pending_records', '1000', '100000000', '100000001'],
    ['buffer.max_pending_bytes', '1MiB', '1024GiB', '1025GiB'],
    ['database.port', '1', '65535', '65536'],
    ['database.pool_size', '2', '1000', '1001'],
    ['database.pool_idle_min', '0', '10', '1001'],
    ['database.pool_idle_timeout', '1', '86400', '86401'],
    ['database.pool_recycle', '0', '604800', '604801'],
    ['database.connect_timeout', '0.1', '300', '301'],
    ['database.query_timeout', '1', '3600', '3601'],
    ['logging.max_size', '1KiB', '1024GiB', '1025GiB'],
    ['logging.max_files', '1', '1000', '1001'],
    ['retention.every_hours', '0.01', '8760', '8761'],
    ['retention.completed_days', '0', '36500', '36501'],
    ['retention.failed_days', '0', '36500', '36501'],
  ])('of %s is one beyond the limits, not one from %s to %s: %s', (key, least, most, beyond) => {
    expect(problems({ flags: [`--${key}=${least}`] })).toEqual([]);
    expect(problems({ flags: [`--${key}=${most}`] })).toEqual([]);
    const [problem, ...more] = problems({ flags: [`--${key}=${beyond}`] });
    expect(problem).toMatch(/: expected at most \d+( bytes)?; found /);
    expect(more).toEqual([]);
  });

  it.each<[text: string, expected: string]>([
    [
      'nonsense',
      'storage.routes: expected backends by collection (translation_sessions, translation_tasks), such as translation_tasks=mysql',
    ],
    [
      'translation_tasks',
      'storage.routes: expected backends by collection (translation_sessions, translation_tasks), such as translation_tasks=mysql',
    ],
    [
      'translation_tasks=mysql,translation_tasks=sqlite',
      'storage.routes: expected backends by collection (translation_sessions, translation_tasks), such as translation_tasks=mysql',
    ],
    [
      'tasks=mysql',
      'storage.routes: expected backends by collection (translation_sessions, translation_tasks), such as translation_tasks=mysql',
    ],
    [
      'translation_tasks=memory',
      'storage.routes (translation_tasks): expected sqlite or mysql (also for MariaDB)',
    ],
    [
      'translation_tasks=postgres',
      'storage.routes (translation_tasks): expected sqlite or mysql (also for MariaDB)',
    ],
  ])('of storage.routes such as %s is', (text, expected) => {
    expect(problems({ env: { STORAGE_ROUTES: text } })).toEqual([
      `${expected}; found ${JSON.stringify(text)} (environment variable STORAGE_ROUTES)`,
    ]);
  });

  it('of an origin with a path is refused, because no browser sends one', () => {
    expect(problems({ file: 'service: { cors_origins: ["https://a.example/", "*"] }' })).toEqual([
      'service.cors_origins (0): expected * or an origin such as https://example.org, without a path; found ["https://a.example/","*"] (file config/config.yaml)',
    ]);
  });

  it.each([
    'https://a.example',
    'a.example:8001',
    'a.example/x',
    'a b',
    '',
    '.',
    '::1',
    '*',
    '*.a.example',
  ])('of a host such as %j is refused', (host) => {
    const hosts = JSON.stringify([host]);
    expect(problems({ env: { AUTH_ALLOWED_HOSTS: hosts } })).toEqual([
      `auth.allowed_hosts (0): expected a host such as example.org, 192.0.2.1 or [2001:db8::1], without a port; found ${JSON.stringify(hosts)} (environment variable AUTH_ALLOWED_HOSTS)`,
    ]);
  });

  it('is shown shortened', () => {
    const [problem] = problems({ env: { SERVICE_PORT: 'x'.repeat(5000) } });
    expect(problem?.length).toBeLessThan(250);
  });
});

describe('an unknown key', () => {
  it.each<[given: Given, problem: string]>([
    [
      { file: 'buffer: { size: 1 }' },
      'buffer.size: is not a key (file config/config.yaml); buffer has max_buffer_size, flush_interval, durability, journal_path, max_pending_records, max_pending_bytes',
    ],
    [
      { file: 'logging: { levle: debug }' },
      'logging.levle: is not a key (file config/config.yaml); did you mean logging.level?',
    ],
    [
      { file: 'bufer: { max_buffer_size: 1 }' },
      'bufer: is not a section (file config/config.yaml); did you mean buffer?',
    ],
    [
      { file: 'redis: { host: a }' },
      'redis: is not a section (file config/config.yaml); there are service, buffer, storage, sqlite, database, auth, logging, retention',
    ],
    [
      { flags: ['--service.Port', '1'] },
      'service.Port: is not a key (flag --service.Port); did you mean service.port?',
    ],
    [
      { flags: ['--redis.host=a'] },
      'redis.host: is not a key (flag --redis.host); there is no such section',
    ],
    [
      { flags: ['--__proto__.polluted=1'] },
      '__proto__.polluted: is not a key (flag --__proto__.polluted); there is no such section',
    ],
  ])('%j is named, with the known keys', (given, problem) => {
    expect(problems(given)).toEqual([problem]);
  });
});

describe('many invalid keys', () => {
  it('are all reported at once, from every source', () => {
    expect(
      problems({
        file: 'buffer: { durability: maybe, colour: red }\nlogging: { level: loud }',
        env: { SERVICE_PORT: 'x', SERVICE_HOTS: 'a', SERVICE_HOST: '0.0.0.0' },
        flags: ['--sqlite.path', '', '--nothing.here', '1'],
      }).map((line) => line.slice(0, line.indexOf(':'))),
    ).toEqual([
      'SERVICE_HOTS',
      'buffer.colour',
      'nothing.here',
      'service.port',
      'buffer.durability',
      'sqlite.path',
      'logging.level',
      'service.host',
    ]);
  });

  it('count once: a value that another source overrides is not checked', () => {
    expect(problems({ env: { SERVICE_PORT: 'x' }, flags: ['--service.port', '1'] })).toEqual([]);
  });
});

describe('keys that contradict each other', () => {
  const open = { SERVICE_HOST: '0.0.0.0' };

  it('are a host beyond loopback without API keys, unless that is permitted', () => {
    const [problem, ...more] = problems({ env: open });
    expect(problem).toMatch(
      /^service\.host: 0\.0\.0\.0 is not loopback .* Set auth\.api_keys, or listen on 127\.0\.0\.1, or permit it with auth\.allow_anonymous: true$/,
    );
    expect(more).toEqual([]);
    expect(problems({ env: { ...open, AUTH_ALLOW_ANONYMOUS: 'true' } })).toEqual([]);
    const { env } = apiKeys({ name: 'a', sha256: SHA256, scopes: ['admin'] });
    expect(problems({ env: { ...open, ...env } })).toEqual([]);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('are not: loopback at %s', (host) => {
    expect(problems({ env: { SERVICE_HOST: host } })).toEqual([]);
  });

  it.each(['::', '192.168.0.10', 'db.example.org', '127.0.0.1.example.org', 'localhost.example'])(
    'are: %s without API keys',
    (host) => {
      expect(problems({ env: { SERVICE_HOST: host } })).toHaveLength(1);
    },
  );

  it('are not checked for keys that are invalid themselves', () => {
    expect(problems({ env: { ...open, AUTH_API_KEYS: '[{}' } })).toEqual([
      'auth.api_keys: expected a JSON list of keys; found [hidden] (environment variable AUTH_API_KEYS)',
    ]);
  });

  it('are a limit below the number of records that start a flush, not one equal to it', () => {
    expect(problems({ flags: ['--buffer.max_pending_records', '1000'] })).toEqual([]);
    expect(problems({ flags: ['--buffer.max_pending_records', '999'] })).toEqual([
      'buffer.max_pending_records: 999 is less than buffer.max_buffer_size (1000), so a flush by size could never start',
    ]);
  });
});
